package ai.apertis.billing;

import ai.apertis.ledger.Batch;
import ai.apertis.ledger.Batch.Answer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what requests ask while a batch is under way, and sends it as the next one (money.md rule 3): settlements first,
 * because they free money, then extensions, then holds. Lives on the billing verticle's event loop.
 */
final class Batcher {
    private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);
    private static final int LARGEST = 256;

    private final LedgerLine line;
    private final Hints hints;
    private final BillingCounters counters;
    private final BillingOptions options;
    private final Runnable fenced;

    private final ArrayDeque<Operation.Settle> settlements = new ArrayDeque<>();
    private final ArrayDeque<Operation.Extend> extensions = new ArrayDeque<>();
    private final ArrayDeque<Operation.Take> holds = new ArrayDeque<>();

    /** Holds that other requests' money keeps waiting. */
    private final ArrayDeque<Operation.Take> parked = new ArrayDeque<>();

    /** Free requests that do not wait for a ledger that is away. */
    private final Ahead ahead = new Ahead();

    /** What was in a batch that the ledger refused as a whole: sent one by one, to find which of them it was. */
    private final ArrayDeque<Operation> suspects = new ArrayDeque<>();

    /** Durable holds that are not settled: whose progress goes into the checkpoint. */
    private final Map<Long, Hold> open = new HashMap<>();

    private List<Operation> underWay = List.of();
    private boolean busy;
    private boolean checkpointDue;
    private long run;
    private long number;

    /**
     * Makes one without a run; nothing is sent before {@link #startRun}.
     *
     * @param fenced called when the ledger says that the run is dead
     */
    Batcher(LedgerLine line, Hints hints, BillingCounters counters, BillingOptions options, Runnable fenced) {
        this.line = line;
        this.hints = hints;
        this.counters = counters;
        this.options = options;
        this.fenced = fenced;
    }

    void startRun(long id) {
        run = id;
        number = 0;
        pump();
    }

    /** The run is dead: whatever was held under it is gone, and its requests must end. */
    void endRun() {
        run = 0;
        List<Hold> lost = List.copyOf(open.values());
        open.clear();
        counters.open(0);
        lost.forEach(Hold::lose);
    }

    void add(Operation operation) {
        switch (operation) {
            case Operation.Settle settle -> {
                if (!ahead.ends(settle)) {
                    settlements.add(settle);
                }
            }
            case Operation.Extend extend -> extensions.add(extend);
            case Operation.Take take -> {
                if (holds.size() + parked.size() + ahead.waiting().size() >= options.waitingHolds()) {
                    take.reply.keep(new HoldOutcome.Unavailable());
                    return;
                }
                take.queuedAt = System.nanoTime();
                if (line.isAway() && needsNoLedger(take)) {
                    ahead.go(take, false);
                } else {
                    holds.add(take);
                }
            }
        }
        pump();
    }

    /** Whether a request takes nothing and may be let go without being asked for. */
    private boolean needsNoLedger(Operation.Take take) {
        return options.freeWhenAway() && take.hold().request().takesNothing();
    }

    /** Whether nothing waits and nothing is under way. */
    boolean idle() {
        return !busy
                && settlements.isEmpty()
                && extensions.isEmpty()
                && holds.isEmpty()
                && parked.isEmpty()
                && ahead.waiting().isEmpty()
                && suspects.isEmpty();
    }

    /** Gives up holds that waited too long for an answer, and tries those again that wait for money. */
    void tick() {
        long now = System.nanoTime();
        long gate = TimeUnit.MILLISECONDS.toNanos(options.gateMillis());
        while (!holds.isEmpty() && now - holds.peek().queuedAt > gate) {
            Operation.Take late = holds.remove();
            if (needsNoLedger(late)) {
                ahead.go(late, false);
            } else {
                giveUp(late);
            }
        }
        for (Operation operation : underWay) {
            if (operation instanceof Operation.Take take && !take.givenUp && !ahead.went(take)) {
                boolean late = now - take.queuedAt > gate;
                if ((late || line.isAway()) && needsNoLedger(take)) {
                    ahead.go(take, true);
                } else if (late) {
                    giveUp(take);
                }
            }
        }
        retryParked(now);
        counters.waiting(holds.size() + parked.size(), waitingSettlements());
        pump();
    }

    /** Queued, on their way, to be tried one by one, or of a hold that the ledger is still to be told of. */
    private int waitingSettlements() {
        return settlements.size() + settlesIn(underWay) + settlesIn(suspects) + ahead.ended();
    }

    private static int settlesIn(Iterable<Operation> operations) {
        int settles = 0;
        for (Operation operation : operations) {
            if (operation instanceof Operation.Settle) {
                settles++;
            }
        }
        return settles;
    }

    private void giveUp(Operation.Take take) {
        take.givenUp = true;
        counters.unavailable();
        take.reply.keep(new HoldOutcome.Unavailable());
    }

    private void retryParked(long now) {
        for (int n = parked.size(); n > 0; n--) {
            Operation.Take take = parked.remove();
            take.queuedAt = now;
            holds.add(take);
        }
    }

    /** Puts the progress of all open streams into the next batch. */
    void checkpoint() {
        checkpointDue = true;
        pump();
    }

    private void pump() {
        if (busy || run == 0) {
            return;
        }
        List<Operation> next = gather();
        Batch batch = new Batch();
        boolean checkpointed = checkpointDue && addCheckpoint(batch);
        checkpointDue = false;
        if (next.isEmpty() && !checkpointed) {
            return;
        }
        next.forEach(operation -> addTo(batch, operation));
        busy = true;
        underWay = next;
        counters.batch(next.size());
        line.send(batch, run, ++number).onComplete(answered -> {
            busy = false;
            underWay = List.of();
            if (answered.failed()) {
                refused(next, answered.cause());
            } else if (!answered.result().isEmpty()
                    && answered.result().getFirst().operation() == Batch.Operation.FENCED) {
                returnToQueues(next);
                fenced.run();
            } else {
                deliver(next, answered.result());
            }
            pump();
        });
    }

    /** Settlements, extensions, holds, each in the order they came. */
    private List<Operation> gather() {
        List<Operation> next = new ArrayList<>();
        if (!suspects.isEmpty()) {
            next.add(suspects.remove());
            return next;
        }
        while (next.size() < LARGEST && !settlements.isEmpty()) {
            next.add(settlements.remove());
        }
        while (next.size() < LARGEST && !extensions.isEmpty()) {
            next.add(extensions.remove());
        }
        while (next.size() < LARGEST && !holds.isEmpty()) {
            next.add(holds.remove());
        }
        while (next.size() < LARGEST && !ahead.waiting().isEmpty()) {
            next.add(ahead.waiting().remove());
        }
        return next;
    }

    private boolean addCheckpoint(Batch batch) {
        List<Long> ids = new ArrayList<>();
        List<Long> served = new ArrayList<>();
        open.forEach((id, hold) -> {
            long nano = hold.servedNano();
            if (nano > 0) {
                ids.add(id);
                served.add(nano);
            }
        });
        if (ids.isEmpty()) {
            return false;
        }
        batch.checkpoint(ids, served);
        return true;
    }

    private static void addTo(Batch batch, Operation operation) {
        Hold hold = operation.hold();
        HoldRequest request = hold.request();
        switch (operation) {
            case Operation.Settle settle ->
                batch.settle(UsageFields.of(hold, settle.charge(), settle.charged()), request.takesNothing());
            case Operation.Extend extend -> batch.extend(hold.requestId(), extend.totalNano());
            case Operation.Take take ->
                batch.hold(
                        hold.requestId(),
                        request.accountId(),
                        request.keyId(),
                        request.model(),
                        request.amountNano(),
                        request.plan(),
                        request.quotaMilli());
        }
    }

    private void deliver(List<Operation> sent, List<Answer> answers) {
        // The answers name places within each kind; the batch holds the kinds one after the other.
        int extendsFrom = settlesIn(sent);
        int holdsFrom = extendsFrom
                + (int) sent.stream().filter(Operation.Extend.class::isInstance).count();
        for (Answer answer : answers) {
            int place = switch (answer.operation()) {
                        case SETTLE, FENCED -> 0;
                        case EXTEND -> extendsFrom;
                        case HOLD -> holdsFrom;
                    }
                    + answer.index();
            switch (sent.get(place)) {
                case Operation.Settle settle -> settled(settle, answer);
                case Operation.Extend extend -> extend.reply().keep(Outcomes.of(answer));
                case Operation.Take take -> taken(take, answer);
            }
        }
        if (extendsFrom > 0) {
            retryParked(System.nanoTime());
        }
    }

    private void settled(Operation.Settle settle, Answer answer) {
        open.remove(settle.hold().requestId());
        counters.open(open.size());
        if (!answer.outcome().equals("SETTLED")) {
            settle.reply()
                    .fail(new IllegalStateException(
                            "the ledger knows no hold " + settle.hold().requestId()));
            return;
        }
        hints.learn(settle.hold().request(), answer);
        counters.settled(answer.a(), answer.shortfall());
        if (answer.shortfall() > 0) {
            LOG.warn(
                    "request {} cost {} nano-USD more than was held",
                    settle.hold().requestId(),
                    answer.shortfall());
        }
        Long remaining = answer.remaining();
        settle.reply()
                .keep(new Settlement(answer.a(), answer.b(), remaining == null ? -1 : remaining, answer.shortfall()));
    }

    private void taken(Operation.Take take, Answer answer) {
        Hold hold = take.hold();
        HoldOutcome outcome = Outcomes.of(answer);
        if (outcome instanceof HoldOutcome.Held) {
            open.put(hold.requestId(), hold);
            counters.open(open.size());
            hints.learn(hold.request(), answer);
            Operation.Settle ended = ahead.held(take);
            if (ended != null) {
                settlements.add(ended);
            }
            if (take.givenUp) {
                // The asker was told that the ledger is away. What became durable after all is given back.
                settlements.add(new Operation.Settle(hold, UsageFields.NEVER_STARTED, false, take.orphan));
                return;
            }
        } else {
            hints.forget(hold.request());
            if (ahead.went(take)) {
                ahead.refused(take, outcome);
                return;
            }
            if (outcome instanceof HoldOutcome.TooLittle little && little.reserved() && park(take)) {
                return;
            }
        }
        take.reply.keep(outcome);
    }

    /** Keeps a hold waiting for money that others hold, a moment at most. */
    private boolean park(Operation.Take take) {
        long now = System.nanoTime();
        if (take.reservedSince == 0) {
            take.reservedSince = now;
        }
        if (take.givenUp || now - take.reservedSince > TimeUnit.MILLISECONDS.toNanos(options.reservedWaitMillis())) {
            return false;
        }
        parked.add(take);
        return true;
    }

    /** The ledger will not accept a batch: whose fault is it? */
    private void refused(List<Operation> sent, Throwable cause) {
        if (sent.size() > 1) {
            suspects.addAll(sent);
            return;
        }
        LOG.error(
                "the ledger refuses {}",
                sent.isEmpty() ? "a checkpoint" : sent.getFirst().getClass(),
                cause);
        for (Operation operation : sent) {
            switch (operation) {
                // Its hold stays until the run ends, and is then charged from the checkpoint: nothing is lost.
                case Operation.Settle settle -> settle.reply().fail(cause);
                case Operation.Extend extend -> extend.reply().keep(new HoldOutcome.Unavailable());
                case Operation.Take take -> {
                    if (ahead.went(take)) {
                        ahead.refused(take, new HoldOutcome.Unavailable());
                    } else {
                        giveUp(take);
                    }
                }
            }
        }
    }

    private void returnToQueues(List<Operation> sent) {
        Iterator<Operation> backwards = new ArrayList<>(sent).reversed().iterator();
        while (backwards.hasNext()) {
            switch (backwards.next()) {
                case Operation.Settle settle -> settlements.addFirst(settle);
                case Operation.Extend extend -> extensions.addFirst(extend);
                case Operation.Take take -> (ahead.went(take) ? ahead.waiting() : holds).addFirst(take);
            }
        }
    }
}
