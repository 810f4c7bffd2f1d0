package ai.apertis.admin;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.ledger.AccountRecord;
import ai.apertis.ledger.Accounts;
import ai.apertis.money.NanoUsd;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What an administrator changes of an account, and gives it, as a body writes it. Forms are read by the same rules. */
public final class AccountFields {
    private AccountFields() {}

    /**
     * A credit.
     *
     * @param amountNano nano-USD, not zero; negative to correct downwards
     * @param reference its own name within the account
     */
    public record Credit(long amountNano, String reference) {
        /**
         * What became of it.
         *
         * @param outcome as the ledger told
         * @return the same
         * @throws ApiException when the reference was applied before with another amount
         */
        public Accounts.Credit settled(Accounts.Credit outcome) {
            Long earlier = outcome.earlierNano();
            if (!outcome.applied() && earlier != null && earlier.longValue() != amountNano) {
                throw new ApiException(new ApiError(
                        409,
                        "invalid_request_error",
                        "invalid_request",
                        "This reference was applied before, with "
                                + NanoUsd.toUsd(earlier).toPlainString() + " dollars.",
                        "reference",
                        0));
            }
            return outcome;
        }
    }

    /**
     * What an account's settings become by a JSON body: fields that are not there stay as they were.
     *
     * @param body a JSON object with {@code status}, {@code unlimited}, {@code monthly_limit_usd}, {@code monthly_reset_day}
     * @return from what is set now to what shall be
     * @throws ApiException that names the field which is not as it must be
     */
    public static UnaryOperator<AccountRecord.Settings> change(byte[] body) {
        Fields fields = Fields.read(body, Set.of("status", "unlimited", "monthly_limit_usd", "monthly_reset_day"));
        String status = fields.text("status");
        if (status != null && !status.equals("active") && !status.equals("suspended")) {
            throw Fields.wrong("status", "must be active or suspended");
        }
        Boolean unlimited = fields.bool("unlimited");
        Long limit = fields.usd("monthly_limit_usd");
        boolean limits = fields.has("monthly_limit_usd");
        Long day = fields.whole("monthly_reset_day", 1, 28);
        return old -> new AccountRecord.Settings(
                status == null ? old.suspended() : status.equals("suspended"),
                unlimited == null ? old.unlimited() : unlimited,
                limits ? limit : old.monthlyLimitNano(),
                day == null ? old.monthlyResetDay() : day.intValue());
    }

    /**
     * What a JSON body gives.
     *
     * @param body a JSON object with {@code amount_usd} and {@code reference}
     * @return the credit
     * @throws ApiException that names the field which is not as it must be
     */
    public static Credit credit(byte[] body) {
        Fields fields = Fields.read(body, Set.of("amount_usd", "reference"));
        Long amount = fields.signedUsd("amount_usd");
        if (amount == null) {
            throw ApiError.missingParameter("amount_usd").exception();
        }
        if (amount == 0) {
            throw Fields.wrong("amount_usd", "must not be zero");
        }
        return new Credit(amount, fields.requiredText("reference"));
    }
}
