package ai.apertis.dispatch;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Resumable;
import ai.apertis.money.Usage;
import org.jspecify.annotations.Nullable;

/** Lets another attempt go on with a stream that broke off after some of it had reached the client. */
final class Handover {
    private final ProviderCall call;
    private final Bill bill;
    private final Meter meter;
    private final Flow flow;
    private final Closing closing;
    /** Null where nobody could go on. */
    private final @Nullable Resumable passage;

    private boolean counting;
    private boolean clientLeft;

    Handover(ProviderCall call, Bill bill, Meter meter, Passage passage, Flow flow, Closing closing) {
        this.call = call;
        this.bill = bill;
        this.meter = meter;
        this.flow = flow;
        this.closing = closing;
        this.passage = passage instanceof Resumable goingOn ? goingOn : null;
    }

    /**
     * Offers the stream to another attempt, when it has been counted what was used until now. Where none takes it, that is
     * charged and the client told.
     *
     * @param error what broke it
     * @param letGo ends this attempt; run at once if it is offered
     * @return false when nobody could go on with it, and nothing was done
     */
    boolean offer(ApiError error, Runnable letGo) {
        Resumable mine = passage;
        String soFar = mine == null ? null : mine.soFar();
        if (mine == null || soFar == null) {
            return false;
        }
        letGo.run();
        counting = true;
        meter.sync();
        bill.used(mine.usage(), mine.text(), meter.untoldBytes()).onSuccess(usage -> {
            flow.settled();
            counting = false;
            Unfinished cut = unfinished(mine, soFar, usage, error);
            if (clientLeft) {
                cut.leave();
            } else if (!call.watch().goesOn(cut)) {
                cut.giveUp();
            }
        });
        return true;
    }

    private Unfinished unfinished(Resumable mine, String soFar, Usage usage, ApiError error) {
        Unfinished before = call.before();
        return new Unfinished(
                mine,
                soFar,
                before == null ? call : before.first(),
                usage,
                bill.cost(usage),
                meter.heldNano(),
                bill.firstByteNanos(),
                ending -> bill.commit(usage, ending).onSuccess(settled -> closing.tell(settled, ending, "", error)));
    }

    /** The client left, which is seen to here while it is being counted; afterwards whoever was given the stream asks. */
    void clientLeft() {
        clientLeft |= counting;
    }
}
