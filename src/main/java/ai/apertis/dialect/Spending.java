package ai.apertis.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * What a request says of its cost.
 *
 * @param maxCostNano the most it may cost, nano-USD; {@link #NO_CAP} when it does not say
 * @param includeCost whether the answer is to tell what it cost
 */
public record Spending(long maxCostNano, boolean includeCost) {
    /** No limit of the request's own. */
    public static final long NO_CAP = Long.MAX_VALUE;

    /** Nothing said. */
    public static final Spending UNSAID = new Spending(NO_CAP, false);

    /**
     * Whether the request bounds its own cost.
     *
     * @return true when it names a most
     */
    public boolean isCapped() {
        return maxCostNano != NO_CAP;
    }

    /** Reads {@code max_cost_usd}, and {@code usage: {"include": true}} as clients of OpenRouter write it. */
    public static final class Reader {
        private long maxCostNano = NO_CAP;
        private boolean includeCost;

        /** Nothing read yet. */
        public Reader() {}

        /**
         * Reads a member of the body if it is about cost; passes over it otherwise.
         *
         * @param name the member
         * @param json on its value; afterwards on the value's last token
         * @throws IOException on malformed JSON
         * @throws ApiException a 400 when it is about cost and not to be had
         */
        public void member(String name, JsonParser json) throws IOException {
            switch (name) {
                case "max_cost_usd" -> {
                    Long told = Params.usd(name, json);
                    maxCostNano = told == null ? NO_CAP : told;
                }
                case "usage" -> usage(json);
                default -> json.skipChildren();
            }
        }

        private void usage(JsonParser json) throws IOException {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw Params.wrongType("usage", "an object", json);
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("include")) {
                    includeCost = Params.bool("usage.include", json);
                } else {
                    json.skipChildren();
                }
            }
        }

        /**
         * What was read.
         *
         * @return {@link #UNSAID} when nothing was
         */
        public Spending read() {
            return new Spending(maxCostNano, includeCost);
        }
    }
}
