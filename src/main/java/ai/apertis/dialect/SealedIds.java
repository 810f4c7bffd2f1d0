package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Carries the seal of a call inside the call's id, the only thing that every client repeats unchanged. Gemini 3 refuses
 * calls that come back without their thought signature, and no other dialect has a field for it.
 *
 * @param id the call's own id
 * @param seal the proof bound to it, null when none
 */
public record SealedIds(String id, @Nullable Seal seal) {
    /** Stands between the id and its proof. */
    public static final String MARK = "__ts__";

    /**
     * The id to show to a client. Only letters, digits, {@code _} and {@code -}, as Anthropic's SDKs demand.
     *
     * @param id the call's own id
     * @param seal its proof, null when none
     * @return the id, with the proof when there is one that is base64
     */
    public static String join(String id, @Nullable Seal seal) {
        if (seal == null || seal.maker() != DialectName.GEMINI) {
            return id;
        }
        try {
            byte[] proof = Base64.getDecoder().decode(seal.value());
            return id + MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(proof);
        } catch (IllegalArgumentException notBase64) {
            return id;
        }
    }

    /**
     * Takes apart what {@link #join} made.
     *
     * @param shown an id as a client repeats it
     * @return the id and its proof; any other id as it is
     */
    public static SealedIds split(String shown) {
        int mark = shown.indexOf(MARK);
        if (mark < 0) {
            return new SealedIds(shown, null);
        }
        try {
            byte[] proof = Base64.getUrlDecoder().decode(shown.substring(mark + MARK.length()));
            Seal seal = new Seal(DialectName.GEMINI, Base64.getEncoder().encodeToString(proof));
            return new SealedIds(shown.substring(0, mark), seal);
        } catch (IllegalArgumentException notOurs) {
            return new SealedIds(shown, null);
        }
    }
}
