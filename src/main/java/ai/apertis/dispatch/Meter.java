package ai.apertis.dispatch;

import ai.apertis.billing.BucketKind;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.TokenCounter;
import ai.apertis.money.Prices;
import ai.apertis.money.Usage;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How much of what is held a stream has used up, and has more held in time (money.md rule 10). Adds numbers only while
 * there is enough: what was used is counted from above, every two bytes of text a token, on top of what the provider tells.
 * Only where no more can be held, and the count from above has come to what is held, the text is counted exactly, while
 * the stream waits.
 */
final class Meter {
    /** What is to become of the stream. */
    enum Verdict {
        /** It goes on. */
        GO,
        /** No more of it may go out until {@code changed} is run. */
        WAIT,
        /** It ends here. */
        CUT
    }

    /** Longer than this a stream does not wait for the ledger. */
    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int BYTES_PER_TOKEN = 2;
    /** By how much the hold of a stream that goes on with another's is extended where all had been held at once. */
    private static final long CONTINUED_STEP_TOKENS = 1_024;

    /** What a count may be short of the provider's own, and the least that is worth going on for. */
    private static final long COUNT_MARGIN_TOKENS = 24;

    private static final int COUNT_MARGIN_DIVISOR = 16;

    private final Vertx vertx;
    private final TokenCounter tokens;
    private final ProviderCall call;
    private final Prices prices;
    private final TextSample text;
    private final Passage passage;
    private final Runnable changed;
    private final boolean metered;
    private final @Nullable Unfinished before;
    private final long stepTokens;
    private final long limitTokens;
    private final long mostNano;
    /**
     * What is added to what is held before it is compared with prices: a stream that goes on with another's has paid what
     * that one cost, and owes nothing for the prompt, which the prices count.
     */
    private final long shiftNano;

    private @Nullable Usage seen;
    private long toldOutput;
    private long toldBytes;
    private long inputTokens;
    private long heldNano;
    private long heldTokens;
    /** The output at some point of the text, from above, and that point. */
    private long baseTokens;

    private long baseBytes;
    private long alarmBytes = Long.MAX_VALUE;
    private long countedBytes = -1;
    private boolean extending;
    private boolean counting;
    private long waitingSince;
    private HoldOutcome.@Nullable TooLittle refusal;

    /**
     * Meters a stream.
     *
     * @param changed run on this event loop when a stream that was told to wait is to ask again
     */
    Meter(Vertx vertx, TokenCounter tokens, ProviderCall call, Passage passage, Runnable changed) {
        this.vertx = vertx;
        this.tokens = tokens;
        this.call = call;
        this.prices = call.client().priced(call.endpoint().prices());
        this.passage = passage;
        this.text = passage.text();
        this.changed = changed;
        Unfinished cut = call.before();
        Terms terms = call.terms();
        this.before = cut;
        if (cut == null) {
            this.inputTokens = terms.inputTokens();
            this.shiftNano = 0;
            this.stepTokens = terms.stepTokens();
            this.limitTokens = terms.limitTokens();
            this.heldNano = call.hold().request().amountNano() - terms.besidesNano();
        } else {
            this.inputTokens = cut.usage().promptTokens();
            this.shiftNano = prices.atMost(inputTokens, 0) - cut.costNano();
            // Others' prices may be higher than those that all was held at, so it is looked after in any case.
            this.stepTokens = terms.stepTokens() > 0 ? terms.stepTokens() : CONTINUED_STEP_TOKENS;
            this.limitTokens = Math.max(1, terms.limitTokens() - cut.outputTokens());
            this.heldNano = cut.heldNano() + shiftNano;
        }
        this.mostNano = shiftNano > Long.MAX_VALUE - terms.mostNano() ? Long.MAX_VALUE : terms.mostNano() + shiftNano;
        this.metered = stepTokens > 0;
        cover();
    }

    /** What is to be done after an event has passed. */
    Verdict look() {
        sync();
        return text.totalBytes() < alarmBytes ? Verdict.GO : alarm();
    }

    /** Takes note of what the provider told last. The same figure told again covers the text until then, so it counts anew. */
    @SuppressWarnings("ReferenceEquality")
    void sync() {
        Usage told = passage.usage();
        if (told == null || told == seen) {
            return;
        }
        seen = told;
        // The last figure counts, also where it is lower: Google tells less after its own tools have run.
        if (told.completionTokens() > 0) {
            toldOutput = told.completionTokens();
            toldBytes = text.totalBytes();
            baseTokens = toldOutput;
            baseBytes = toldBytes;
        }
        if (told.promptTokens() > 0 && before == null) {
            inputTokens = told.promptTokens();
        }
        cover();
    }

    /** The text that has passed since the provider last told of output, in bytes. */
    long untoldBytes() {
        return text.totalBytes() - toldBytes;
    }

    /** What would be charged if everything ended here: told and, by its length, untold. */
    Usage served() {
        Usage told = seen;
        long more = untoldBytes() / 4;
        return told == null || told.promptTokens() == 0
                ? Usage.ofTokens(call.client().input().textBytes() / 4, text.totalBytes() / 4)
                : more == 0 ? told : told.withMoreOutput(more);
    }

    /** What is held for the answer, nano-USD. */
    long heldNano() {
        return heldNano - shiftNano;
    }

    /** Called each second: money that others held may have come free; and whether a wait has been too long. */
    boolean tick(long nowNanos) {
        if (waitingSince != 0) {
            return nowNanos - waitingSince > LONGEST_WAIT_NANOS;
        }
        if (refusal != null) {
            refusal = null;
            setAlarm();
        }
        return false;
    }

    /** Why it ends: as in {@link ai.apertis.dialect.ChatEvent.CutOff}. */
    String reason() {
        if (heldNano >= mostNano) {
            return "max_cost_usd";
        }
        HoldOutcome.TooLittle little = refusal;
        if (little == null) {
            return "ledger_unavailable";
        }
        return little.bucket() == BucketKind.ACCOUNT_BALANCE ? "insufficient_balance" : "quota_exceeded";
    }

    /** An answer may be there at once, so what it changed is looked at again. */
    private Verdict alarm() {
        if (mayAsk()) {
            extend(Math.min(heldTokens + stepTokens, limitTokens));
        }
        if (used() >= heldTokens && !extending && !counting && countedBytes != text.totalBytes()) {
            count();
        }
        if (used() < heldTokens) {
            setAlarm();
            return Verdict.GO;
        }
        if (extending || counting) {
            if (waitingSince == 0) {
                waitingSince = System.nanoTime();
            }
            return Verdict.WAIT;
        }
        return Verdict.CUT;
    }

    private long used() {
        return baseTokens + Math.ceilDiv(text.totalBytes() - baseBytes, BYTES_PER_TOKEN);
    }

    private boolean mayAsk() {
        return !extending && refusal == null && heldNano < mostNano;
    }

    /** How much output is held for, and when to look next. */
    private void cover() {
        if (metered) {
            heldTokens = prices.outputWithin(heldNano, inputTokens, limitTokens);
            setAlarm();
        }
    }

    private void setAlarm() {
        if (heldTokens >= limitTokens) {
            alarmBytes = Long.MAX_VALUE;
            return;
        }
        long spare = mayAsk() ? Math.min(stepTokens, heldTokens) / 2 : 0;
        alarmBytes = baseBytes + Math.max(0, heldTokens - spare - baseTokens) * BYTES_PER_TOKEN;
    }

    private void extend(long toTokens) {
        long total = Math.min(prices.atMost(inputTokens, toTokens), mostNano);
        if (total > heldNano) {
            extendBy(total - heldNano);
        }
    }

    private void extendBy(long moreNano) {
        extending = true;
        call.hold().extend(moreNano).onSuccess(outcome -> {
            extending = false;
            switch (outcome) {
                case HoldOutcome.Held held -> heldNano += moreNano;
                case HoldOutcome.TooLittle little -> {
                    boolean worthIt = prices.outputWithin(heldNano + little.leftNano(), inputTokens, limitTokens)
                            >= heldTokens + COUNT_MARGIN_TOKENS;
                    if (worthIt && little.leftNano() < moreNano) {
                        extendBy(little.leftNano());
                        return;
                    }
                    refusal = little;
                }
                default -> refusal = new HoldOutcome.TooLittle(BucketKind.ACCOUNT_BALANCE, 0, moreNano, false);
            }
            cover();
            tellWaiting();
        });
    }

    private void count() {
        counting = true;
        long bytes = text.totalBytes();
        long told = toldOutput;
        long since = untoldBytes();
        vertx.executeBlocking(() -> tokens.count(text), false).onSuccess(all -> {
            counting = false;
            countedBytes = bytes;
            long more = bytes == 0 ? 0 : Math.ceilDiv(all * since, bytes);
            baseTokens = told + more + more / COUNT_MARGIN_DIVISOR + COUNT_MARGIN_TOKENS;
            baseBytes = bytes;
            setAlarm();
            tellWaiting();
        });
    }

    private void tellWaiting() {
        if (waitingSince != 0) {
            waitingSince = 0;
            changed.run();
        }
    }
}
