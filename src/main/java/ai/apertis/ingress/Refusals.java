package ai.apertis.ingress;

import ai.apertis.billing.BucketKind;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.dialect.ApiError;
import ai.apertis.money.NanoUsd;
import ai.apertis.routing.Quoter;
import java.math.BigDecimal;

/** What a client is told when the money for its request could not be set aside. */
final class Refusals {
    private Refusals() {}

    /**
     * Why no money was set aside, and what would do.
     *
     * @param quoter knows what the request may cost
     */
    static ApiError of(HoldOutcome outcome, Quoter quoter) {
        return switch (outcome) {
            case HoldOutcome.TooLittle little -> tooLittle(little, quoter);
            case HoldOutcome.Refused refused -> refused(refused.reason());
            case HoldOutcome.Unavailable _, HoldOutcome.Held _ -> Errors.UNAVAILABLE;
        };
    }

    /** The request's own bound on its cost is below what its prompt costs. */
    static ApiError tooDear(Quoter quoter) {
        return ApiError.invalidParameter(
                "max_cost_usd",
                "'max_cost_usd' is less than this request may cost with the shortest of answers: $"
                        + NanoUsd.toUsd(quoter.leastNano()).toPlainString() + ".");
    }

    private static ApiError tooLittle(HoldOutcome.TooLittle little, Quoter quoter) {
        if (little.reserved()) {
            return new ApiError(
                            429,
                            "rate_limit_error",
                            "balance_reserved",
                            "Other requests hold what is left of " + name(little.bucket()) + " now. Try again.")
                    .retryAfter(1);
        }
        boolean quota = little.bucket() != BucketKind.ACCOUNT_BALANCE;
        return new ApiError(
                402,
                "billing_error",
                quota ? "quota_exceeded" : "insufficient_balance",
                "This request may cost up to " + amount(little.bucket(), little.neededNano()) + ", but "
                        + name(little.bucket()) + " has " + amount(little.bucket(), Math.max(0, little.leftNano()))
                        + " left. " + remedy(little, quoter));
    }

    /** Both numbers: how much more money would do, and how short an answer. */
    private static String remedy(HoldOutcome.TooLittle little, Quoter quoter) {
        if (little.bucket() == BucketKind.CYCLE_QUOTA) {
            return "Wait for the next cycle, take a larger plan, or enable pay-as-you-go.";
        }
        long left = Math.max(0, little.leftNano());
        String more = (little.bucket() == BucketKind.ACCOUNT_BALANCE ? "Top up" : "Raise the limit") + " by at least "
                + amount(little.bucket(), little.neededNano() - left);
        long tokens = quoter.affordable(left);
        return tokens > 0 ? more + ", or ask for at most " + tokens + " tokens with max_tokens." : more + ".";
    }

    private static ApiError refused(HoldOutcome.Reason reason) {
        return switch (reason) {
            case KEY_REVOKED -> Errors.INVALID_KEY;
            case KEY_DISABLED -> Errors.DISABLED_KEY;
            case KEY_EXPIRED -> Errors.EXPIRED_KEY;
            case ACCOUNT_SUSPENDED -> Errors.SUSPENDED;
            case SUBSCRIPTION_INACTIVE ->
                new ApiError(
                        402,
                        "billing_error",
                        "subscription_expired",
                        "The subscription of this API key is not active.");
            case PLAN_CHANGED -> Errors.UNAVAILABLE;
        };
    }

    private static String name(BucketKind bucket) {
        return switch (bucket) {
            case ACCOUNT_BALANCE -> "the account's balance";
            case ACCOUNT_MONTH -> "the account's monthly limit";
            case KEY_QUOTA -> "the API key's quota";
            case KEY_MONTH -> "the API key's monthly limit";
            case CYCLE_QUOTA -> "the subscription's cycle";
            case CYCLE_OVERFLOW -> "the subscription's pay-as-you-go limit";
        };
    }

    private static String amount(BucketKind bucket, long amount) {
        return bucket == BucketKind.CYCLE_QUOTA
                ? BigDecimal.valueOf(amount, 3).stripTrailingZeros().toPlainString() + " requests"
                : "$" + NanoUsd.toUsd(amount).toPlainString();
    }
}
