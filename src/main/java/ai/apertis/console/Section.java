package ai.apertis.console;

/** To which part of the site a page belongs: what the navigation marks as current. */
public enum Section {
    /** The first page. */
    HOME,
    /** The catalogue. */
    MODELS,
    /** What it costs. */
    PRICING,
    /** The documentation. */
    DOCS,
    /** What changed. */
    CHANGELOG,
    /** How it does. */
    STATUS,
    /** What a signed-in person sees. */
    CONSOLE,
    /** Signing in and what belongs to no other part. */
    OTHER
}
