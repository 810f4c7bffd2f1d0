package ai.apertis.dialect;

import java.util.UUID;

/** Ids for what providers leave without one. */
public final class Ids {
    private Ids() {}

    /**
     * A new id.
     *
     * @param prefix says what it identifies, for instance {@code chatcmpl-}
     * @return the prefix and 32 hex digits
     */
    public static String next(String prefix) {
        return prefix + UUID.randomUUID().toString().replace("-", "");
    }

    /**
     * The given id, or a new one where there is none.
     *
     * @param given perhaps empty
     * @param prefix says what it identifies
     * @return never empty
     */
    public static String orNext(String given, String prefix) {
        return given.isEmpty() ? next(prefix) : given;
    }
}
