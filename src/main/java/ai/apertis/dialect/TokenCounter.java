package ai.apertis.dialect;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;

/**
 * Counts tokens where a provider did not, by OpenAI's o200k vocabulary: close for every current model, exact for some.
 * What is counted here is marked as estimated on the usage row. Slow beside a stream's chunk: call it on a worker.
 */
public final class TokenCounter {
    /** Loads a vocabulary when it is first asked for it, not before: that takes a quarter of a second and tens of megabytes. */
    private final EncodingRegistry vocabularies = Encodings.newLazyEncodingRegistry();

    /** Makes a counter; its vocabulary is loaded on first use. */
    public TokenCounter() {}

    /**
     * The tokens of a text.
     *
     * @param text any text
     * @return how many tokens it has
     */
    public long count(String text) {
        return vocabularies.getEncoding(EncodingType.O200K_BASE).countTokensOrdinary(text);
    }

    /**
     * The tokens of a text of which only the first part was kept: the rest is taken to be like it.
     *
     * @param sample what passed
     * @return tokens of the whole
     */
    public long count(TextSample sample) {
        if (sample.totalBytes() == 0) {
            return 0;
        }
        long kept = count(sample.kept());
        return Math.max(1, Math.ceilDiv(kept * sample.totalBytes(), sample.keptBytes()));
    }
}
