package ai.apertis.routing;

import ai.apertis.dialect.ClientRequest;
import ai.apertis.money.Prices;
import ai.apertis.money.Usage;
import java.util.List;

/**
 * What a request may cost at most, over all its candidates: the amount of its hold.
 *
 * @param amountNano nano-USD
 * @param outputTokens the bound on the output of one answer that the amount includes, tokens
 * @param capped whether that bound is less than the client asked for
 */
public record Quote(long amountNano, long outputTokens, boolean capped) {
    /** An answer shorter than this is not worth capping to; the client is told to pay instead. */
    public static final long LEAST_CAP_TOKENS = 1_024;

    /**
     * Quotes a request.
     *
     * @param request what is asked
     * @param candidates who may answer
     * @return the dearest of them
     */
    public static Quote of(ClientRequest request, List<Candidate> candidates) {
        return of(request, candidates, wanted(request, candidates), false);
    }

    /**
     * Quotes a request for less output, so that it fits what is left.
     *
     * @param request what is asked
     * @param candidates who may answer
     * @param leftNano what may be spent, nano-USD
     * @return a quote within it, capped to at least {@link #LEAST_CAP_TOKENS}; or one above it when there is none
     */
    public static Quote within(ClientRequest request, List<Candidate> candidates, long leftNano) {
        long wanted = wanted(request, candidates);
        long low = Math.min(LEAST_CAP_TOKENS, wanted);
        long high = wanted;
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (of(request, candidates, middle, true).amountNano <= leftNano) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return of(request, candidates, low, low < wanted);
    }

    /**
     * What another attempt that is outrun may cost: its prompt.
     *
     * @param request what is asked
     * @param candidates who may answer
     * @return nano-USD at the dearest of them
     */
    public static long outrunNano(ClientRequest request, List<Candidate> candidates) {
        return of(request, candidates, 0, false).amountNano;
    }

    private static Quote of(ClientRequest request, List<Candidate> candidates, long outputTokens, boolean capped) {
        Usage most = request.most();
        if (most != null) {
            return new Quote(dearest(request, candidates, most), -1, false);
        }
        long input = Math.min(Usage.MAX_COUNT, request.input().tokensFromAbove());
        long output = Math.min(Usage.MAX_COUNT, outputTokens * request.choices());
        long dearest = 0;
        for (Candidate candidate : candidates) {
            Prices prices = candidate.endpoint().prices();
            dearest = Math.max(dearest, fromAbove(prices, input, output));
            for (Prices.Tier tier : prices.tiers()) {
                if (input > tier.abovePromptTokens()) {
                    dearest = Math.max(dearest, fromAbove(tier.prices(), input, output));
                }
            }
        }
        return new Quote(dearest, outputTokens, capped);
    }

    private static long dearest(ClientRequest request, List<Candidate> candidates, Usage most) {
        long dearest = 0;
        for (Candidate candidate : candidates) {
            dearest = Math.max(
                    dearest, request.priced(candidate.endpoint().prices()).cost(most));
        }
        return dearest;
    }

    /** Input and output may turn out to be of any class, so each is priced as its dearest. */
    private static long fromAbove(Prices prices, long input, long output) {
        long inputPico = Math.max(
                Math.max(prices.inputPico(), prices.audioInputPico()),
                Math.max(prices.cacheReadPico(), prices.cacheWritePico()));
        long outputPico = Math.max(prices.outputPico(), prices.audioOutputPico());
        Prices dearest = new Prices(inputPico, 0, 0, outputPico, 0, 0, prices.requestNano(), 0, 0, List.of());
        return dearest.cost(Usage.ofTokens(input, output));
    }

    private static long wanted(ClientRequest request, List<Candidate> candidates) {
        long most = 0;
        for (Candidate candidate : candidates) {
            most = Math.max(most, candidate.model().maxOutput());
        }
        return request.maxOutputTokens() >= 0 ? request.maxOutputTokens() : most;
    }
}
