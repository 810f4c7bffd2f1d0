package ai.apertis.routing;

import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.TokenCounter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;

/** Makes quotes: knows what was learnt of prompts, how much output is held at a time, and how to count a prompt exactly. */
public final class Quotes {
    private static final long OVERHEAD_TOKENS = 32;

    private final Vertx vertx;
    private final TokenCounter tokens;
    private final InputBounds bounds;
    private final long stepTokens;

    /**
     * A maker of quotes.
     *
     * @param vertx has the workers that count
     * @param tokens counts prompts
     * @param bounds bounds them without counting
     * @param stepTokens how much output is held at a time for a stream whose length the client did not bound
     */
    public Quotes(Vertx vertx, TokenCounter tokens, InputBounds bounds, long stepTokens) {
        this.vertx = vertx;
        this.tokens = tokens;
        this.bounds = bounds;
        this.stepTokens = stepTokens;
    }

    /**
     * Quotes a request by the size of its prompt, which costs no time.
     *
     * @param request what is asked
     * @param candidates who may answer, at least one
     * @return quotes for it
     */
    public Quoter of(ClientRequest request, List<Candidate> candidates) {
        long input = 0;
        for (Candidate candidate : candidates) {
            input = Math.max(input, bounds.tokens(candidate.model().id(), request.input()));
        }
        return new Quoter(
                request, candidates, input, stepTokens, request.spending().maxCostNano());
    }

    /**
     * Counts the prompt on a worker, for where money is tight: the whole body, its syntax included, which is more than a
     * model reads of it, and half as much again for vocabularies that cut finer than the one counted by.
     *
     * @param request what is asked
     * @return a bound on its tokens; empty when it is too long to be counted whole or carries more than text
     */
    public Future<Optional<Long>> count(ClientRequest request) {
        TextSample body = request.bodyText();
        if (request.input().attachments() > 0 || !body.isWhole() || !request.isCountable()) {
            return Future.succeededFuture(Optional.empty());
        }
        return vertx.executeBlocking(
                () -> Optional.of(OVERHEAD_TOKENS + Math.ceilDiv(tokens.count(body) * 3, 2)), false);
    }
}
