package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.billing.Settlement;
import ai.apertis.catalog.Model;
import ai.apertis.dialect.ApiError;
import ai.apertis.dispatch.Answer;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** An answer on its way to another, which gets all of it but for what is done on the way. */
abstract class PassedAnswer implements Answer {
    private final Answer client;

    /**
     * An answer on its way.
     *
     * @param client where it goes
     */
    PassedAnswer(Answer client) {
        this.client = client;
    }

    @Override
    public void refused(HoldOutcome outcome) {
        client.refused(outcome);
    }

    @Override
    public void isOf(String contentType) {
        client.isOf(contentType);
    }

    @Override
    public void begin(Model model) {
        client.begin(model);
    }

    @Override
    public void write(Buffer bytes) {
        client.write(bytes);
    }

    @Override
    public boolean isFull() {
        return client.isFull();
    }

    @Override
    public void onDrain(Runnable resume) {
        client.onDrain(resume);
    }

    @Override
    public void end(Charge charge, @Nullable Settlement settlement) {
        client.end(charge, settlement);
    }

    @Override
    public void whole(Buffer body, Charge charge, @Nullable Settlement settlement) {
        client.whole(body, charge, settlement);
    }

    @Override
    public void cut(Charge charge, @Nullable Settlement settlement, @Nullable ApiError error) {
        client.cut(charge, settlement, error);
    }
}
