package ai.apertis.billing;

import ai.apertis.ledger.Batch;
import org.jspecify.annotations.Nullable;

/** Translates the ledger's words for what became of a hold or of its extension. */
final class Outcomes {
    private Outcomes() {}

    static HoldOutcome of(Batch.Answer answer) {
        return switch (answer.outcome()) {
            case "HELD", "EXTENDED" -> new HoldOutcome.Held();
            case "UNKNOWN" -> new HoldOutcome.Unavailable();
            case "TOO_LITTLE" -> new HoldOutcome.TooLittle(kind(answer.bucket()), answer.a(), answer.b(), false);
            case "RESERVED" -> new HoldOutcome.TooLittle(kind(answer.bucket()), answer.a(), answer.b(), true);
            default -> new HoldOutcome.Refused(HoldOutcome.Reason.valueOf(answer.outcome()));
        };
    }

    private static BucketKind kind(@Nullable String word) {
        return switch (word) {
            case "account_month" -> BucketKind.ACCOUNT_MONTH;
            case "key_quota" -> BucketKind.KEY_QUOTA;
            case "key_month" -> BucketKind.KEY_MONTH;
            case "cycle_quota" -> BucketKind.CYCLE_QUOTA;
            case "cycle_overflow" -> BucketKind.CYCLE_OVERFLOW;
            case null, default -> BucketKind.ACCOUNT_BALANCE;
        };
    }
}
