package ai.apertis.dialect.tasks;

import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.Fallbacks;
import ai.apertis.dialect.InputSize;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.PromptText;
import ai.apertis.dialect.ProviderWishes;
import ai.apertis.dialect.RoutingWishes;
import ai.apertis.dialect.Spending;
import ai.apertis.dialect.Splice;
import ai.apertis.dialect.TextSample;
import java.util.Set;

/** A task in OpenAI's form: checked, measured, and otherwise left as bytes. */
abstract class Task implements ClientRequest {
    private final ModelKind kind;
    private final JsonBody body;
    private final String model;
    private final Fallbacks fallbacks;
    private final Spending spending;

    Task(ModelKind kind, JsonBody body, String model, Fallbacks fallbacks, Spending spending) {
        this.kind = kind;
        this.body = body;
        this.model = model;
        this.fallbacks = fallbacks;
        this.spending = spending;
    }

    @Override
    public DialectName dialect() {
        return DialectName.OPENAI;
    }

    @Override
    public final ModelKind kind() {
        return kind;
    }

    @Override
    public final String model() {
        return model;
    }

    @Override
    public boolean stream() {
        return false;
    }

    @Override
    public final long maxOutputTokens() {
        return -1;
    }

    @Override
    public final int choices() {
        return 1;
    }

    @Override
    public InputSize input() {
        return new InputSize(body.bytes().length, 0, 0);
    }

    @Override
    public RoutingWishes wishes() {
        return new RoutingWishes(ProviderWishes.in(body), null, null, null, 0);
    }

    @Override
    public Set<String> parameters() {
        return body.names();
    }

    @Override
    public final Spending spending() {
        return spending;
    }

    @Override
    public final Fallbacks fallbacks() {
        return fallbacks;
    }

    @Override
    public TextSample promptText() {
        return PromptText.of(body.bytes());
    }

    final byte[] bytes() {
        return body.bytes();
    }

    /** The body for a provider of OpenAI's form: the model's name put in, the gateway's own fields taken out. */
    final byte[] passed(Target target) {
        Splice edits = new Splice(body.bytes());
        body.set(edits, "model", Json.text(Json.object().textNode(target.upstreamModel())));
        body.remove(edits, Portability.GATEWAY_FIELDS);
        return edits.apply();
    }

    /** Refuses a provider whose dialect has no such task. */
    static void needsOpenAi(Target target) {
        if (target.dialect() != DialectName.OPENAI && target.dialect() != DialectName.OPENAI_RESPONSES) {
            throw ApiError.invalidParameter("model", "The provider of this model cannot be asked for this.")
                    .exception();
        }
    }
}
