package ai.apertis.dialect.translation;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ChatAnswer;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Dialect;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WholeAnswer;
import java.nio.charset.StandardCharsets;

/** A client at a provider of another dialect. */
final class TranslatedBridge implements Bridge {
    private final ChatRequest request;
    private final Dialect client;
    private final Dialect provider;
    private final Target target;
    private final byte[] body;

    /** Encodes the request at once, so that what cannot be expressed is refused before anything is sent. */
    TranslatedBridge(ChatRequest request, Dialect client, Dialect provider, Target target) {
        this.request = request;
        this.client = client;
        this.provider = provider;
        this.target = target;
        long cap = target.maxOutputTokens();
        ChatRequest taken = ModelRefusals.without(request, target);
        this.body = provider.requestEncoder().encode(cap >= 0 ? taken.withMaxTokens(cap) : taken, target);
    }

    @Override
    public String path() {
        return ProviderPaths.of(target, request.stream());
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public WholeAnswer answer(byte[] bytes) {
        try {
            ChatAnswer answer = provider.answerDecoder().decode(bytes);
            ChatAnswer named = answer.model().isEmpty() ? answer.withModel(request.model()) : answer;
            byte[] encoded = client.answerEncoder().encode(named, request);
            return WholeAnswer.of(receipt -> priced(named, encoded, receipt), answer.usage(), text(answer));
        } catch (ApiException e) {
            return WholeAnswer.failed(e.error());
        }
    }

    private byte[] priced(ChatAnswer answer, byte[] unpriced, Receipt receipt) {
        Long cost = receipt.costNano();
        return cost == null ? unpriced : client.answerEncoder().encode(answer.charged(receipt.usage(), cost), request);
    }

    /** Everything that a model is paid for writing. */
    static TextSample text(ChatAnswer answer) {
        TextSample sample = new TextSample();
        for (ChatAnswer.Choice choice : answer.choices()) {
            for (Part part : choice.content()) {
                switch (part) {
                    case Part.Text text -> add(sample, text.text());
                    case Part.Refusal refusal -> add(sample, refusal.text());
                    case Part.Reasoning reasoning -> add(sample, reasoning.shown());
                    case Part.ToolCall call -> add(sample, call.name() + call.arguments());
                    default -> {}
                }
            }
        }
        return sample;
    }

    static void add(TextSample sample, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sample.add(bytes, 0, bytes.length);
    }

    @Override
    public Passage passage() {
        Long n = request.sampling().n();
        return new TranslatedPassage(
                provider.streamDecoder().get(),
                client.streamEncoder().apply(request),
                request.model(),
                n == null ? 1 : n);
    }

    @Override
    public ApiError error(int status, byte[] answer) {
        return provider.errors().decode(status, answer, 0);
    }
}
