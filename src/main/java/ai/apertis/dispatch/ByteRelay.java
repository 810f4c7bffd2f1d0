package ai.apertis.dispatch;

import ai.apertis.billing.Charge.Ending;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ByteMeter;
import ai.apertis.dialect.TextSample;
import ai.apertis.dispatch.AttemptFailure.Kind;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * An answer of plain bytes, such as sound, on its way from the provider's socket to the client's. Its end goes out when the
 * settlement is durable; a client that reads slowly pauses its own provider connection.
 */
final class ByteRelay implements OpenStream {
    private static final String ANY_BYTES = "application/octet-stream";

    private final ProviderCall call;
    private final Bill bill;
    private final Flow flow;
    private final ByteMeter meter;
    private final String contentType;
    private final Runnable whenBegun;

    private boolean begun;
    private long bytes;

    /**
     * An answer that has not begun.
     *
     * @param contentType what the provider says it is, null where it says nothing
     * @param whenBegun run once, when the first bytes are on their way to the client
     */
    ByteRelay(
            ProviderCall call,
            Bill bill,
            Flow flow,
            ByteMeter meter,
            @Nullable String contentType,
            Runnable whenBegun) {
        this.call = call;
        this.bill = bill;
        this.flow = flow;
        this.meter = meter;
        this.contentType = contentType == null ? ANY_BYTES : contentType;
        this.whenBegun = whenBegun;
    }

    @Override
    public void start() {
        flow.start(this, this::pass, () -> broken(Kind.RESET, Upstream.BROKE_OFF), this::ended);
    }

    private void pass(Buffer chunk) {
        bytes += chunk.length();
        if (flow.isClientGone()) {
            return;
        }
        if (!begun) {
            begin();
        }
        call.answer().write(chunk);
        call.hold().progress(call.client().priced(call.endpoint().prices()).cost(meter.usage(bytes)));
    }

    private void begin() {
        begun = true;
        bill.content();
        bill.firstByte();
        whenBegun.run();
        call.answer().isOf(contentType);
        call.answer().begin(call.model());
    }

    private void ended() {
        if (!begun) {
            flow.unserved(Kind.GARBAGE, Upstream.BROKE_OFF);
            return;
        }
        flow.finish();
        settle(flow.isClientGone() ? Ending.CLIENT_GONE : Ending.COMPLETED);
    }

    @Override
    public void broken(Kind kind, ApiError error) {
        if (!begun) {
            flow.unserved(kind, error);
        } else if (!flow.isOver()) {
            cut(flow.isClientGone() ? Ending.CLIENT_GONE : Ending.UPSTREAM_CUT);
        }
    }

    private void cut(Ending ending) {
        flow.cut();
        settle(ending);
    }

    /** Bytes have no place to tell an error in, so the client's connection is cut like the provider's. */
    private void settle(Ending ending) {
        bill.settle(meter.usage(bytes), new TextSample(), 0, ending).onSuccess(settled -> {
            flow.settled();
            if (ending == Ending.COMPLETED && !settled.lost()) {
                call.answer().end(settled.charge(), settled.settlement());
            } else {
                call.answer().cut(settled.charge(), settled.settlement(), null);
            }
        });
    }

    @Override
    public void clientGone() {
        if (!flow.clientLeft()) {
            return;
        }
        if (!begun) {
            flow.unserved(Kind.CLIENT_GONE, Upstream.CLIENT_CLOSED);
        } else if (!flow.drain()) {
            cut(Ending.CLIENT_GONE);
        }
    }

    @Override
    public void tooLate() {
        if (!begun) {
            flow.unserved(Kind.TIMEOUT, Upstream.TOOK_TOO_LONG);
        }
    }

    @Override
    public void outrun() {
        if (!begun) {
            flow.unserved(Kind.OUTRUN, Upstream.OUTRUN);
        }
    }

    @Override
    public void tick(long nowNanos) {
        switch (flow.stall(nowNanos)) {
            case NOBODY -> {}
            case CLIENT -> cut(Ending.CLIENT_GONE);
            case PROVIDER -> broken(Kind.TIMEOUT, Upstream.TOOK_TOO_LONG);
        }
    }

    @Override
    public boolean isDraining() {
        return flow.isClientGone();
    }
}
