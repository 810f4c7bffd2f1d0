package ai.apertis.routing;

import ai.apertis.dialect.ClientRequest;
import ai.apertis.money.Usage;
import java.util.List;
import java.util.Optional;

/** Quotes one request. Every quote is for the dearest of its candidates, since any of them may answer. */
public final class Quoter {
    private final ClientRequest request;
    private final List<Candidate> candidates;
    private final long inputTokens;
    private final long stepTokens;
    private final long mostNano;

    Quoter(ClientRequest request, List<Candidate> candidates, long inputTokens, long stepTokens, long mostNano) {
        this.request = request;
        this.candidates = candidates;
        this.inputTokens = Math.min(Usage.MAX_COUNT, inputTokens);
        this.stepTokens = stepTokens;
        this.mostNano = mostNano;
    }

    /**
     * The same request with its prompt counted.
     *
     * @param tokens a bound on the prompt
     * @return a quoter that takes the lower bound
     */
    public Quoter counted(long tokens) {
        return new Quoter(request, candidates, Math.min(tokens, inputTokens), stepTokens, mostNano);
    }

    /**
     * The same request with money held beside its answer.
     *
     * @param nanoUsd nano-USD, which what the request says it may cost includes
     * @return a quoter that leaves it out
     */
    public Quoter beside(long nanoUsd) {
        long most = request.spending().isCapped() ? mostNano - nanoUsd : mostNano;
        return new Quoter(request, candidates, inputTokens, stepTokens, most);
    }

    /**
     * What another attempt that is outrun may cost: its prompt.
     *
     * @return nano-USD at the dearest candidate
     */
    public long outrunNano() {
        Usage most = request.most();
        return most == null ? cost(0) : dearest(most);
    }

    /**
     * What is held when there is plenty: all the output that the client allows or the model can, or a first step of it
     * where a stream tells as it goes what it costs.
     *
     * @return within what the request says it may cost; empty when its prompt alone is dearer
     */
    public Optional<Quote> first() {
        Usage most = request.most();
        if (most != null) {
            long amount = dearest(most);
            return amount > mostNano ? Optional.empty() : Optional.of(new Quote(amount, 0, -1, false, 0, 0, mostNano));
        }
        long wanted = wanted();
        boolean stepped = isStepped(wanted);
        long output = Math.min(stepped ? stepTokens : wanted, within(mostNano, wanted));
        if (output < Math.min(1, wanted)) {
            return Optional.empty();
        }
        return Optional.of(quote(output, !stepped && output < wanted, stepped));
    }

    /**
     * A shorter answer that fits what is left, and that the provider is told not to exceed.
     *
     * @param leftNano what may be spent, nano-USD
     * @return within it and within what the request says; empty when that is less than
     *     {@link Quote#LEAST_CAP_TOKENS} and less than asked
     */
    public Optional<Quote> within(long leftNano) {
        if (request.most() != null) {
            return Optional.empty();
        }
        long wanted = wanted();
        long least = leftNano < mostNano ? Math.min(Quote.LEAST_CAP_TOKENS, wanted) : Math.min(1, wanted);
        long output = within(Math.min(leftNano, mostNano), wanted);
        return output < least ? Optional.empty() : Optional.of(quote(output, output < wanted, false));
    }

    /**
     * How long an answer some money is enough for.
     *
     * @param nanoUsd nano-USD
     * @return output tokens of one answer; -1 when not even the prompt can be paid
     */
    public long affordable(long nanoUsd) {
        return request.most() != null ? -1 : within(nanoUsd, wanted());
    }

    /**
     * What the prompt may cost with the shortest of answers.
     *
     * @return nano-USD
     */
    public long leastNano() {
        Usage most = request.most();
        return most == null ? cost(1) : dearest(most);
    }

    private long dearest(Usage most) {
        long dearest = 0;
        for (Candidate candidate : candidates) {
            dearest = Math.max(
                    dearest, request.priced(candidate.endpoint().prices()).cost(most));
        }
        return dearest;
    }

    private Quote quote(long output, boolean capped, boolean stepped) {
        long wanted = wanted();
        return new Quote(
                cost(output),
                inputTokens,
                output,
                capped,
                stepped ? stepTokens : 0,
                capped ? output : wanted,
                mostNano);
    }

    private long cost(long outputTokens) {
        long dearest = 0;
        for (Candidate candidate : candidates) {
            dearest = Math.max(
                    dearest, request.priced(candidate.endpoint().prices()).atMost(inputTokens, all(outputTokens)));
        }
        return dearest;
    }

    private long within(long nanoUsd, long wanted) {
        long shortest = wanted;
        for (Candidate candidate : candidates) {
            long all = request.priced(candidate.endpoint().prices()).outputWithin(nanoUsd, inputTokens, all(wanted));
            shortest = Math.min(shortest, Math.floorDiv(all, request.choices()));
        }
        return shortest;
    }

    private long all(long outputTokens) {
        return Math.min(Usage.MAX_COUNT, outputTokens * request.choices());
    }

    private long wanted() {
        long most = 0;
        for (Candidate candidate : candidates) {
            most = Math.max(most, candidate.model().maxOutput());
        }
        return request.maxOutputTokens() >= 0 ? request.maxOutputTokens() : most;
    }

    private boolean isStepped(long wanted) {
        return request.stream()
                && request.maxOutputTokens() < 0
                && stepTokens < wanted
                && candidates.stream().allMatch(Quoter::showsWhatItCosts);
    }

    private static boolean showsWhatItCosts(Candidate candidate) {
        return !candidate.model().capabilities().contains("reasoning")
                || candidate.endpoint().provider().quirks().showsReasoning();
    }
}
