package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import org.jspecify.annotations.Nullable;

/**
 * What any part may carry beside its content.
 *
 * @param cache where to cache the prompt up to, null for nowhere
 * @param seal a provider's proof bound to this part (Gemini's thought signature), null when none
 * @param extras fields of the client's dialect that have no place here
 */
public record Marks(@Nullable CacheMark cache, @Nullable Seal seal, Extras extras) {
    /** Nothing beside the content. */
    public static final Marks NONE = new Marks(null, null, Extras.NONE);

    /**
     * Only extras.
     *
     * @param extras what the dialect said besides
     * @return marks
     */
    public static Marks of(Extras extras) {
        return new Marks(null, null, extras);
    }

    /**
     * Only a cache mark and extras.
     *
     * @param cache the cache mark
     * @param extras what the dialect said besides
     * @return marks
     */
    public static Marks of(@Nullable CacheMark cache, Extras extras) {
        return new Marks(cache, null, extras);
    }

    /**
     * Only a seal.
     *
     * @param seal the proof
     * @return marks
     */
    public static Marks of(@Nullable Seal seal) {
        return seal == null ? NONE : new Marks(null, seal, Extras.NONE);
    }

    /**
     * The seal's text when a given dialect made it.
     *
     * @param maker the dialect that can read it
     * @return null when there is none of that maker
     */
    public @Nullable String sealOf(DialectName maker) {
        return seal != null && seal.maker() == maker ? seal.value() : null;
    }
}
