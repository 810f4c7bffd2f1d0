package ai.apertis.dialect.translation;

import ai.apertis.config.Quirks.Prefill;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Dialect;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.ResponseFormat;
import ai.apertis.dialect.Role;
import ai.apertis.dialect.WholeAnswer;
import org.jspecify.annotations.Nullable;

/**
 * A client's stream at a provider, where another provider may have to go on with it: the answer is written here also where
 * the provider speaks the client's dialect, so that it stays one answer with one id.
 */
final class ResumableBridge implements Bridge {
    private final Bridge plain;
    private final ChatRequest request;
    private final Dialect client;
    private final Dialect provider;
    /** What the provider was given to go on from, and may repeat; empty at the beginning. */
    private final String soFar;

    private final boolean repeats;

    private ResumableBridge(
            Bridge plain, ChatRequest request, Dialect client, Dialect provider, String soFar, boolean repeats) {
        this.plain = plain;
        this.request = request;
        this.client = client;
        this.provider = provider;
        this.soFar = soFar;
        this.repeats = repeats;
    }

    /**
     * The bridge of the first provider, or of one that goes on.
     *
     * @param plain how the provider is asked from the beginning
     * @param soFar what was written before, empty at the beginning
     * @return null when nobody could go on with this answer: there are several, it has a form to keep, or the client wrote
     *     its beginning itself
     */
    static @Nullable Bridge of(
            Bridge plain, ChatRequest request, Dialect client, Dialect provider, Target target, String soFar) {
        Long n = request.sampling().n();
        boolean formless = request.format() == null || request.format() instanceof ResponseFormat.Text;
        boolean begun =
                !request.messages().isEmpty() && request.messages().getLast().role() == Role.ASSISTANT;
        if (!request.stream() || (n != null && n > 1) || !formless || begun) {
            return null;
        }
        Prefill prefill = target.quirks().prefill();
        Bridge asked = soFar.isBlank()
                ? plain
                : new TranslatedBridge(request.goingOn(soFar.stripTrailing(), prefill), client, provider, target);
        return new ResumableBridge(
                asked, request, client, provider, soFar, prefill == Prefill.REPEATED_PREFIX && !soFar.isBlank());
    }

    @Override
    public String path() {
        return plain.path();
    }

    @Override
    public byte[] body() {
        return plain.body();
    }

    @Override
    public WholeAnswer answer(byte[] body) {
        return plain.answer(body);
    }

    @Override
    public Passage passage() {
        return TranslatedPassage.resumable(
                provider.streamDecoder().get(),
                client.streamEncoder().apply(request),
                request.model(),
                new Joint(soFar, repeats));
    }

    @Override
    public ApiError error(int status, byte[] body) {
        return plain.error(status, body);
    }
}
