package ai.apertis.catalog;

/** The subscription tier from which on a model is included; each tier includes those before it. */
public enum Tier {
    /** Included for everybody. */
    FREE,
    /** Included from the lite plan on. */
    LITE,
    /** Included from the pro plan on. */
    PRO,
    /** Included in the max plan only. */
    MAX
}
