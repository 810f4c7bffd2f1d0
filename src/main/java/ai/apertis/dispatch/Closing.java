package ai.apertis.dispatch;

import ai.apertis.billing.Charge.Ending;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import org.jspecify.annotations.Nullable;

/** The end of a stream that its client has seen something of: it is charged, and once that is durable the client is told. */
final class Closing {
    private final ProviderCall call;
    private final Bill bill;
    private final Meter meter;
    private final Passage passage;
    private final Flow flow;
    private final Opening opening;

    Closing(ProviderCall call, Bill bill, Meter meter, Passage passage, Flow flow, Opening opening) {
        this.call = call;
        this.bill = bill;
        this.meter = meter;
        this.passage = passage;
        this.flow = flow;
        this.opening = opening;
    }

    /**
     * Charges it. The gate of the last event: that goes out when the settlement is durable.
     *
     * @param ending how it ended, if its client did not leave before
     * @param error what the client is told, null when nothing broke
     */
    void settle(Ending ending, @Nullable ApiError error) {
        Ending seen = flow.isClientGone() ? Ending.CLIENT_GONE : ending;
        meter.sync();
        String reason = meter.reason();
        bill.settle(passage.usage(), passage.text(), meter.untoldBytes(), seen)
                .onSuccess(settled -> tell(settled, seen, reason, error));
    }

    /**
     * Tells the client, if it is there.
     *
     * @param reason why it was cut off, where it was
     * @param error what broke it, null when nothing did
     */
    void tell(Bill.Settled settled, Ending ending, String reason, @Nullable ApiError error) {
        flow.settled();
        if (ending == Ending.CLIENT_GONE) {
            call.answer().cut(settled.charge(), settled.settlement(), null);
            return;
        }
        Outlet last = new Outlet(opening::write);
        ApiError broken = settled.lost() ? Upstream.HOLD_LOST : error;
        if (broken != null) {
            passage.fail(broken, last);
            call.answer().cut(settled.charge(), settled.settlement(), broken);
            return;
        }
        Receipt receipt = settled.receipt(call.terms());
        if (ending == Ending.CUT_OFF) {
            passage.cutOff(reason, receipt, last);
        } else {
            passage.end(receipt, last);
        }
        call.answer().end(settled.charge(), settled.settlement());
    }
}
