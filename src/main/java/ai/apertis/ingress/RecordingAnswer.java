package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Settlement;
import ai.apertis.catalog.Model;
import ai.apertis.dialect.ApiError;
import ai.apertis.dispatch.Answer;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An answer on its way to its client, and into a {@link Flight} for those who asked the same. */
final class RecordingAnswer extends PassedAnswer {
    private final Flight flight;
    private final Consumer<Charge> landed;
    private final Runnable failed;
    private boolean clientGone;
    private @Nullable Runnable waiting;

    /**
     * Records an answer.
     *
     * @param client where it goes
     * @param flight where it is recorded
     * @param landed told when it is whole and paid for, before the client sees the end
     * @param failed told when it will never be whole
     */
    RecordingAnswer(Answer client, Flight flight, Consumer<Charge> landed, Runnable failed) {
        super(client);
        this.flight = flight;
        this.landed = landed;
        this.failed = failed;
    }

    @Override
    public void begin(Model model) {
        flight.begin();
        super.begin(model);
    }

    @Override
    public void write(Buffer bytes) {
        flight.write(bytes);
        super.write(bytes);
    }

    @Override
    public boolean isFull() {
        return !clientGone && super.isFull();
    }

    @Override
    public void onDrain(Runnable resume) {
        waiting = resume;
        super.onDrain(() -> {
            waiting = null;
            resume.run();
        });
    }

    /** Its own client has left and only the others are left to read: nothing waits for that client any more. */
    void clientLeft() {
        clientGone = true;
        Runnable resume = waiting;
        waiting = null;
        if (resume != null) {
            resume.run();
        }
    }

    @Override
    public void end(Charge charge, @Nullable Settlement settlement) {
        done(charge, settlement);
        super.end(charge, settlement);
    }

    @Override
    public void whole(Buffer body, Charge charge, @Nullable Settlement settlement) {
        flight.write(body);
        done(charge, settlement);
        super.whole(body, charge, settlement);
    }

    @Override
    public void cut(Charge charge, @Nullable Settlement settlement, @Nullable ApiError error) {
        failed.run();
        super.cut(charge, settlement, error);
    }

    private void done(Charge charge, @Nullable Settlement settlement) {
        if (settlement != null && charge.ending() == Charge.Ending.COMPLETED) {
            landed.accept(charge);
        } else {
            failed.run();
        }
    }
}
