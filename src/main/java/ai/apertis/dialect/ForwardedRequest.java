package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.money.Prices;
import ai.apertis.money.Usage;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request that is like another in everything but the way it takes. */
public abstract class ForwardedRequest implements ClientRequest {
    private final ClientRequest own;

    /**
     * A request like another.
     *
     * @param own the other
     */
    protected ForwardedRequest(ClientRequest own) {
        this.own = own;
    }

    @Override
    public final DialectName dialect() {
        return own.dialect();
    }

    @Override
    public final ModelKind kind() {
        return own.kind();
    }

    @Override
    public final @Nullable Usage most() {
        return own.most();
    }

    @Override
    public Prices priced(Prices prices) {
        return own.priced(prices);
    }

    @Override
    public final String model() {
        return own.model();
    }

    @Override
    public final boolean stream() {
        return own.stream();
    }

    @Override
    public final long maxOutputTokens() {
        return own.maxOutputTokens();
    }

    @Override
    public final int choices() {
        return own.choices();
    }

    @Override
    public InputSize input() {
        return own.input();
    }

    @Override
    public final Fallbacks fallbacks() {
        return own.fallbacks();
    }

    @Override
    public final RoutingWishes wishes() {
        return own.wishes();
    }

    @Override
    public final Set<String> parameters() {
        return own.parameters();
    }

    @Override
    public final Spending spending() {
        return own.spending();
    }

    @Override
    public final TextSample bodyText() {
        return own.bodyText();
    }

    @Override
    public TextSample promptText() {
        return own.promptText();
    }
}
