package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of the function that changes money: everything in it happens in one transaction, or nothing does. Sent again
 * after a lost connection it changes nothing that it changed before.
 */
public final class Batch {
    private static final String CALL = "SELECT * FROM apply_batch($1, $2, $3, $4, $5, $6, $7, $8)";
    private static final String CALL_FREE = "SELECT apply_free($1, $2, $3, $4)";

    private final JsonArray settlements = new JsonArray();
    private final JsonArray extensions = new JsonArray();
    private final JsonArray holds = new JsonArray();
    private Long @Nullable [] openRequests;
    private Long @Nullable [] served;

    /** Whether nothing in it moves money, as far as is known here. */
    private boolean free = true;

    /** Makes an empty batch. */
    public Batch() {}

    /** What an answer is about. */
    public enum Operation {
        /** A settlement. */
        SETTLE,
        /** An extension. */
        EXTEND,
        /** A hold. */
        HOLD,
        /** The whole batch: the run is dead and nothing was done. */
        FENCED
    }

    /**
     * The ledger's answer to one operation.
     *
     * @param operation what it is about
     * @param index which one of its kind, from 0 in the order of adding
     * @param outcome {@code SETTLED}, {@code UNKNOWN}, {@code EXTENDED}, {@code HELD}, {@code TOO_LITTLE},
     *     {@code RESERVED} or the name of a reason to refuse
     * @param bucket of a hold that does not fit: the kind of bucket, in the database's word
     * @param a settled: nano-USD taken; does not fit: what is left
     * @param b settled: quota taken, in thousandths; does not fit: what is needed
     * @param remaining settled: what the tightest bucket has left, null for no limit
     * @param shortfall settled: what nobody paid, nano-USD
     * @param leftAccount what the account has neither used nor held, null for no limit
     * @param leftKey the same of the key
     * @param leftQuota the same of the cycle's quota, null when the quota does not pay
     */
    public record Answer(
            Operation operation,
            int index,
            String outcome,
            @Nullable String bucket,
            long a,
            long b,
            @Nullable Long remaining,
            long shortfall,
            @Nullable Long leftAccount,
            @Nullable Long leftKey,
            @Nullable Long leftQuota) {}

    /**
     * Adds a settlement.
     *
     * @param fields the columns of the usage row, {@code request_id}, and {@code charge}: false when it costs nothing
     * @param nothingHeld whether its hold took nothing, which makes it cheaper; the ledger looks whether that is so
     */
    public void settle(JsonObject fields, boolean nothingHeld) {
        settlements.add(fields);
        free &= nothingHeld;
    }

    /**
     * Adds an extension.
     *
     * @param requestId whose hold
     * @param totalNano what the hold shall be in all, nano-USD
     */
    public void extend(long requestId, long totalNano) {
        extensions.add(new JsonObject().put("request_id", requestId).put("amount", totalNano));
        free = false;
    }

    /**
     * Adds a hold.
     *
     * @param requestId the request's id
     * @param accountId who pays
     * @param keyId with which key
     * @param model the model asked for
     * @param amountNano what the request may cost at most, nano-USD
     * @param plan the plan meant, null for a standard key
     * @param quotaMilli the quota it takes, in thousandths
     */
    public void hold(
            long requestId,
            long accountId,
            long keyId,
            String model,
            long amountNano,
            @Nullable String plan,
            long quotaMilli) {
        holds.add(new JsonObject()
                .put("request_id", requestId)
                .put("account_id", accountId)
                .put("key_id", keyId)
                .put("model", model)
                .put("amount", amountNano)
                .put("plan", plan)
                .put("quota", quotaMilli));
        free &= amountNano == 0 && quotaMilli == 0 && plan == null;
    }

    /**
     * Adds the checkpoint.
     *
     * @param requestIds open requests
     * @param servedNano what each has served so far, nano-USD, in the same order
     */
    public void checkpoint(List<Long> requestIds, List<Long> servedNano) {
        openRequests = requestIds.toArray(Long[]::new);
        served = servedNano.toArray(Long[]::new);
        free = false;
    }

    /**
     * Sends it.
     *
     * @param connection a connection that nothing else uses meanwhile
     * @param run the run that it belongs to
     * @param number counts up within the run; the same when the same batch is sent again
     * @param toleranceNano what a money bucket may be overdrawn by, nano-USD
     * @return an answer for each settlement, extension and hold; fails when nothing is known of what happened
     */
    public Future<List<Answer>> apply(SqlConnection connection, long run, long number, long toleranceNano) {
        if (!free) {
            return applyAny(connection, run, number, toleranceNano);
        }
        return connection
                .preparedQuery(CALL_FREE)
                .execute(Tuple.of(run, number, orNull(settlements), orNull(holds)))
                .compose(rows -> rows.iterator().next().getBoolean(0)
                        ? Future.succeededFuture(allWell())
                        : applyAny(connection, run, number, toleranceNano));
    }

    private Future<List<Answer>> applyAny(SqlConnection connection, long run, long number, long toleranceNano) {
        Tuple arguments = Tuple.tuple()
                .addLong(run)
                .addLong(number)
                .addLong(toleranceNano)
                .addValue(orNull(settlements))
                .addValue(orNull(extensions))
                .addValue(openRequests)
                .addValue(served)
                .addValue(orNull(holds));
        return connection.preparedQuery(CALL).execute(arguments).map(rows -> {
            List<Answer> answers = new ArrayList<>(rows.size());
            for (Row row : rows) {
                answers.add(read(row));
            }
            return answers;
        });
    }

    private static @Nullable JsonArray orNull(JsonArray array) {
        return array.isEmpty() ? null : array;
    }

    private List<Answer> allWell() {
        List<Answer> answers = new ArrayList<>(settlements.size() + holds.size());
        for (int i = 0; i < settlements.size(); i++) {
            answers.add(new Answer(Operation.SETTLE, i, "SETTLED", null, 0, 0, null, 0, null, null, null));
        }
        for (int i = 0; i < holds.size(); i++) {
            answers.add(new Answer(Operation.HOLD, i, "HELD", null, 0, 0, null, 0, null, null, null));
        }
        return answers;
    }

    private static Answer read(Row row) {
        String operation = row.getString("op");
        if (operation.equals("fenced")) {
            return new Answer(Operation.FENCED, 0, "FENCED", null, 0, 0, null, 0, null, null, null);
        }
        return new Answer(
                switch (operation) {
                    case "settle" -> Operation.SETTLE;
                    case "extend" -> Operation.EXTEND;
                    default -> Operation.HOLD;
                },
                row.getInteger("i") - 1,
                row.getString("outcome"),
                row.getString("kind"),
                orZero(row.getLong("a")),
                orZero(row.getLong("b")),
                row.getLong("remaining"),
                orZero(row.getLong("shortfall")),
                row.getLong("left_account"),
                row.getLong("left_key"),
                row.getLong("left_quota"));
    }

    private static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}
