package ai.apertis.dialect.tasks;

import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.Fallbacks;
import ai.apertis.dialect.InputSize;
import ai.apertis.dialect.RoutingWishes;
import ai.apertis.dialect.TextSample;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A task that comes as a multipart form with files in it. The form itself is kept elsewhere: {@link #edits} says how it is
 * changed on its way to a provider, and the bridge has no body.
 */
public abstract class FormTask implements ClientRequest {
    private final ModelKind kind;
    private final Form form;
    private final String model;
    private final Fallbacks fallbacks;

    FormTask(ModelKind kind, Form form) {
        this.kind = kind;
        this.form = form;
        this.model = form.model();
        this.fallbacks = form.fallbacks();
    }

    /**
     * How the form is changed for a provider.
     *
     * @param target how the provider is to be addressed
     * @return edits in the order of their offsets, which do not overlap
     */
    public final List<FormEdit> edits(Target target) {
        return form.edits(target.upstreamModel());
    }

    final Form form() {
        return form;
    }

    @Override
    public final DialectName dialect() {
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
    public final boolean stream() {
        return form.isTrue("stream");
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
    public final InputSize input() {
        return new InputSize(form.textBytes(), 0, 0);
    }

    @Override
    public final Fallbacks fallbacks() {
        return fallbacks;
    }

    @Override
    public final RoutingWishes wishes() {
        return RoutingWishes.NONE;
    }

    @Override
    public final TextSample promptText() {
        byte[] prompt = form.text("prompt").getBytes(StandardCharsets.UTF_8);
        TextSample text = new TextSample();
        text.add(prompt, 0, prompt.length);
        return text;
    }
}
