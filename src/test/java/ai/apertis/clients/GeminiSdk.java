package ai.apertis.clients;

import ai.apertis.clients.Prompt.Wish;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.Facts;
import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ApiException;
import com.google.genai.types.Candidate;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.Part;
import com.google.genai.types.ThinkingConfig;
import com.google.genai.types.Tool;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** {@code google-genai}. */
final class GeminiSdk implements Sdk {
    private static final int BUDGET = 1_024;

    private final Client client;

    /**
     * As its users make it.
     *
     * @param baseUrl without a version
     * @param version for instance {@code v1beta}
     * @param key a key of the gateway
     */
    GeminiSdk(String baseUrl, String version, String key) {
        client = Client.builder()
                .apiKey(key)
                .vertexAI(false)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(baseUrl)
                        .apiVersion(version)
                        // Like the other SDKs here: by itself it tries five times, a second and longer apart.
                        .retryOptions(HttpRetryOptions.builder().attempts(1).build())
                        .build())
                .build();
    }

    @Override
    public DialectName dialect() {
        return DialectName.GEMINI;
    }

    @Override
    public Facts ask(Prompt prompt, boolean strictly) {
        return facts(List.of(client.models.generateContent(prompt.model(), question(prompt), config(prompt))));
    }

    @Override
    public Facts stream(Prompt prompt) {
        List<GenerateContentResponse> all = new ArrayList<>();
        try (ResponseStream<GenerateContentResponse> stream =
                client.models.generateContentStream(prompt.model(), question(prompt), config(prompt))) {
            stream.forEach(all::add);
        }
        return facts(all);
    }

    @Override
    public Facts goOn(Prompt prompt, List<String> results) {
        GenerateContentResponse first = client.models.generateContent(prompt.model(), question(prompt), config(prompt));
        Content said = first.candidates().orElseThrow().getFirst().content().orElseThrow();
        Iterator<String> result = results.iterator();
        List<Part> answers = new ArrayList<>();
        for (Part part : said.parts().orElse(List.of())) {
            part.functionCall().ifPresent(call -> {
                FunctionResponse.Builder response = FunctionResponse.builder()
                        .name(call.name().orElseThrow())
                        .response(Map.of("output", result.next()));
                call.id().ifPresent(response::id);
                answers.add(Part.builder().functionResponse(response.build()).build());
            });
        }
        List<Content> all = List.of(
                question(prompt),
                said,
                Content.builder().role("user").parts(answers).build());
        return facts(List.of(client.models.generateContent(prompt.model(), all, config(prompt))));
    }

    @Override
    public void leave(Prompt prompt) {
        try (ResponseStream<GenerateContentResponse> stream =
                client.models.generateContentStream(prompt.model(), question(prompt), config(prompt))) {
            stream.iterator().next();
        }
    }

    @Override
    public Refusal refused(Prompt prompt) {
        try {
            ask(prompt, false);
        } catch (ApiException refused) {
            return new Refusal(refused.getClass().getSimpleName(), refused.code(), refused.getMessage());
        }
        throw new AssertionError("not refused");
    }

    private static Content question(Prompt prompt) {
        List<Part> parts = new ArrayList<>();
        if (prompt.has(Wish.IMAGE)) {
            parts.add(Part.fromBytes(Prompt.IMAGE, "image/png"));
        }
        if (prompt.has(Wish.DOCUMENT)) {
            parts.add(Part.fromBytes(Prompt.PDF, "application/pdf"));
        }
        parts.add(Part.fromText(Prompt.TEXT));
        return Content.builder().role("user").parts(parts).build();
    }

    private static GenerateContentConfig config(Prompt prompt) {
        GenerateContentConfig.Builder config =
                GenerateContentConfig.builder().maxOutputTokens((int) prompt.maxTokens());
        if (prompt.has(Wish.SYSTEM)) {
            config.systemInstruction(Content.fromParts(Part.fromText(Prompt.SYSTEM)));
        }
        if (prompt.has(Wish.TOOLS)) {
            config.tools(Tool.builder()
                    .functionDeclarations(FunctionDeclaration.builder()
                            .name(Prompt.TOOL)
                            .description(Prompt.TOOL_DESCRIPTION)
                            .parametersJsonSchema(Prompt.map(Prompt.PARAMETERS))
                            .build())
                    .build());
        }
        if (prompt.has(Wish.SCHEMA)) {
            config.responseMimeType("application/json").responseJsonSchema(Prompt.map(Prompt.SCHEMA));
        }
        if (prompt.has(Wish.THINKING)) {
            config.thinkingConfig(ThinkingConfig.builder()
                    .includeThoughts(true)
                    .thinkingBudget(BUDGET)
                    .build());
        }
        if (prompt.has(Wish.STOP)) {
            config.stopSequences(Prompt.STOP);
        }
        return config.build();
    }

    private static Facts facts(List<GenerateContentResponse> pieces) {
        Facts.Builder facts = new Facts.Builder();
        for (GenerateContentResponse piece : pieces) {
            for (Candidate candidate :
                    piece.candidates().orElse(List.of()).stream().limit(1).toList()) {
                candidate.content().flatMap(Content::parts).orElse(List.of()).forEach(part -> part(facts, part));
                candidate
                        .finishReason()
                        .ifPresent(reason -> facts.stop = switch (reason.toString()) {
                            case "STOP", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "OTHER" -> "end";
                            case "MAX_TOKENS" -> "length";
                            default -> "filter";
                        });
            }
            if (piece.promptFeedback().flatMap(told -> told.blockReason()).isPresent()) {
                facts.stop = "filter";
            }
            piece.usageMetadata()
                    .filter(usage -> usage.promptTokenCount().isPresent())
                    .ifPresent(usage -> facts.tokens = List.of(
                            (long) usage.promptTokenCount().orElse(0)
                                    + usage.toolUsePromptTokenCount().orElse(0),
                            (long) usage.cachedContentTokenCount().orElse(0),
                            (long) usage.candidatesTokenCount().orElse(0)
                                    + usage.thoughtsTokenCount().orElse(0)));
        }
        return facts.build();
    }

    private static void part(Facts.Builder facts, Part part) {
        part.text().ifPresent(text -> (part.thought().orElse(false) ? facts.reasoning : facts.text).append(text));
        part.functionCall().filter(call -> call.name().isPresent()).ifPresent(call -> {
            facts.call(part, call.name().orElseThrow());
            facts.arguments(part, Prompt.text(call.args().orElse(Map.of())));
        });
    }

    @Override
    public void close() {
        client.close();
    }
}
