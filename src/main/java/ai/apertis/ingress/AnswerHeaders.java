package ai.apertis.ingress;

import ai.apertis.dispatch.AttemptFailure;
import ai.apertis.money.NanoUsd;
import ai.apertis.routing.Candidate;
import ai.apertis.routing.Hedge;
import ai.apertis.routing.Journey;
import ai.apertis.routing.Quote;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** What the headers of an answer tell its client of how it came about. Each is written while the head has not gone out. */
final class AnswerHeaders {
    private static final String CONTINUED_BY = "x-apertis-continued-by";
    private static final int LONGEST_NAME = 200;

    private final HttpServerResponse response;
    private final String from;
    private final String asked;

    /**
     * The headers of one answer.
     *
     * @param response the client's
     * @param from the id of the model asked for, or the name as it was written when nobody knows it
     * @param asked the id of that model, or of the first fallback in the place of an unknown one
     */
    AnswerHeaders(HttpServerResponse response, String from, String asked) {
        this.response = response;
        this.from = from;
        this.asked = asked;
    }

    /** The answer may be shorter than asked, since there was too little money. */
    void cap(@Nullable Quote covering) {
        if (covering != null && covering.capped()) {
            response.putHeader("x-apertis-max-tokens-capped", Long.toString(covering.outputTokens()));
        }
    }

    /** Another model than the one asked for answers. */
    void fallback(Journey made) {
        String answered = made.candidate().model().id();
        if (answered.equals(from)) {
            return;
        }
        response.putHeader("X-Fallback-Used", "true")
                .putHeader("X-Fallback-From", printable(from))
                .putHeader("X-Actual-Model", answered)
                .putHeader("X-Fallback-Reason", fallbackReason(made.firstFailure()));
    }

    private String fallbackReason(@Nullable AttemptFailure why) {
        boolean unknown = !from.equals(asked);
        if (unknown) {
            return "model_not_found";
        }
        return why == null ? "service_unavailable" : why.error().code();
    }

    /** A name that nobody knows is whatever the client wrote. */
    private static String printable(String name) {
        String ascii = name.replaceAll("[^!-~]", "?");
        return ascii.length() > LONGEST_NAME ? ascii.substring(0, LONGEST_NAME) : ascii;
    }

    /** A second attempt was made because the first was slow. */
    void hedge(@Nullable Hedge hedge) {
        if (hedge != null) {
            response.putHeader("x-apertis-hedged", "true")
                    .putHeader(
                            "x-apertis-hedge-cost-usd",
                            NanoUsd.toUsd(hedge.costNano()).toPlainString())
                    .putHeader("x-apertis-hedge-payer", hedge.userPays() ? "user" : "operator");
        }
    }

    /** Another may have to go on with the stream; who did is told in a trailer, which is announced here. */
    void continuable() {
        response.putHeader("trailer", CONTINUED_BY);
    }

    /** In the trailers of a stream: who went on with it. */
    void continuedBy(Candidate candidate) {
        response.putTrailer(CONTINUED_BY, candidate.model().id());
    }

    /** Nobody answered in time. */
    void timeout(int attempts, long elapsedMillis) {
        response.putHeader("X-Timeout-Attempts", Integer.toString(attempts))
                .putHeader("X-Timeout-Elapsed-Ms", Long.toString(elapsedMillis));
    }
}
