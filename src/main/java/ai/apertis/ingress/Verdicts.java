package ai.apertis.ingress;

import ai.apertis.catalog.Catalog;
import ai.apertis.dialect.ApiError;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.limits.RateLimit;
import ai.apertis.limits.RateVerdict;
import io.vertx.core.http.HttpServerResponse;

/** How the verdicts of rate limits are told to clients, and how a plan widens the limits of its keys. */
final class Verdicts {
    private Verdicts() {}

    static RateLimit forPlan(RateLimit limit, KeyRecord key, Catalog catalog) {
        String plan = key.plan();
        return plan == null
                ? limit
                : catalog.plan(plan)
                        .map(terms -> limit.times(terms.rateThousandths() / 1_000.0))
                        .orElse(limit);
    }

    static void show(RateVerdict verdict, HttpServerResponse response) {
        if (verdict.equals(RateVerdict.OFF)) {
            return;
        }
        response.putHeader("X-RateLimit-Limit", Long.toString(verdict.limit()))
                .putHeader("X-RateLimit-Remaining", Long.toString(verdict.remaining()))
                .putHeader("X-RateLimit-Reset", Long.toString(verdict.resetEpochSecond()));
    }

    /** The refusal of a limit on so many of something in a window. */
    static RuntimeException tooMany(String what, RateVerdict verdict) {
        return tooMany(
                "Too many " + what + ": " + verdict.limit() + " are allowed in this window.",
                Math.max(1, verdict.retryAfterSeconds()));
    }

    static RuntimeException tooMany(String message, int retryAfterSeconds) {
        return new ApiError(429, "rate_limit_error", "rate_limit_exceeded", message)
                .retryAfter(retryAfterSeconds)
                .exception();
    }
}
