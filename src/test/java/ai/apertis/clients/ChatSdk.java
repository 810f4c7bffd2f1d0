package ai.apertis.clients;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.clients.Prompt.Wish;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.Facts;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ReasoningEffort;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.CompletionUsage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** {@code openai-java} speaking Chat Completions. */
// Reasoning is a field that OpenAI itself does not have; the SDK wants such fields not to be relied on.
@SuppressWarnings("deprecation")
final class ChatSdk implements Sdk {
    private final OpenAIClient client;

    ChatSdk(String baseUrl, String key) {
        client = OpenAIOkHttpClient.builder()
                .baseUrl(baseUrl)
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    @Override
    public DialectName dialect() {
        return DialectName.OPENAI;
    }

    @Override
    public Facts ask(Prompt prompt, boolean strictly) {
        ChatCompletion answer =
                client.chat().completions().create(params(prompt).build());
        return facts(strictly ? answer.validate() : answer, "");
    }

    @Override
    public Facts stream(Prompt prompt) {
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        StringBuilder reasoning = new StringBuilder();
        try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                .completions()
                .createStreaming(params(prompt)
                        .streamOptions(ChatCompletionStreamOptions.builder()
                                .includeUsage(true)
                                .build())
                        .build())) {
            stream.stream().forEach(chunk -> {
                whole.accumulate(chunk);
                chunk.choices()
                        .forEach(choice ->
                                reasoning.append(reasoning(choice.delta()._additionalProperties())));
            });
        }
        return facts(whole.chatCompletion(), reasoning.toString());
    }

    @Override
    public Facts goOn(Prompt prompt, List<String> results) {
        ChatCompletionCreateParams first = params(prompt).build();
        ChatCompletionMessage said =
                client.chat().completions().create(first).choices().getFirst().message();
        ChatCompletionCreateParams.Builder next = first.toBuilder().addMessage(said);
        Iterator<String> result = results.iterator();
        for (ChatCompletionMessageToolCall call : said.toolCalls().orElse(List.of())) {
            next.addMessage(ChatCompletionToolMessageParam.builder()
                    .toolCallId(call.asFunction().id())
                    .content(result.next())
                    .build());
        }
        return facts(client.chat().completions().create(next.build()).validate(), "");
    }

    @Override
    public void leave(Prompt prompt) {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params(prompt).build())) {
            assertThat(stream.stream().findFirst()).isPresent();
        }
    }

    @Override
    public Refusal refused(Prompt prompt) {
        try {
            ask(prompt, false);
        } catch (OpenAIServiceException refused) {
            return new Refusal(refused.getClass().getSimpleName(), refused.statusCode(), refused.getMessage());
        }
        throw new AssertionError("not refused");
    }

    private static ChatCompletionCreateParams.Builder params(Prompt prompt) {
        ChatCompletionCreateParams.Builder params =
                ChatCompletionCreateParams.builder().model(prompt.model()).maxCompletionTokens(prompt.maxTokens());
        if (prompt.has(Wish.SYSTEM)) {
            params.addSystemMessage(Prompt.SYSTEM);
        }
        question(params, prompt);
        if (prompt.has(Wish.TOOLS)) {
            FunctionParameters.Builder parameters = FunctionParameters.builder();
            Prompt.map(Prompt.PARAMETERS)
                    .forEach((name, value) -> parameters.putAdditionalProperty(name, JsonValue.from(value)));
            params.addTool(ChatCompletionFunctionTool.builder()
                    .function(FunctionDefinition.builder()
                            .name(Prompt.TOOL)
                            .description(Prompt.TOOL_DESCRIPTION)
                            .parameters(parameters.build())
                            .build())
                    .build());
        }
        if (prompt.has(Wish.SCHEMA)) {
            ResponseFormatJsonSchema.JsonSchema.Schema.Builder schema =
                    ResponseFormatJsonSchema.JsonSchema.Schema.builder();
            Prompt.map(Prompt.SCHEMA)
                    .forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
            params.responseFormat(ResponseFormatJsonSchema.builder()
                    .jsonSchema(ResponseFormatJsonSchema.JsonSchema.builder()
                            .name(Prompt.SCHEMA_NAME)
                            .strict(true)
                            .schema(schema.build())
                            .build())
                    .build());
        }
        if (prompt.has(Wish.THINKING)) {
            params.reasoningEffort(ReasoningEffort.LOW);
        }
        if (prompt.has(Wish.STOP)) {
            params.stop(Prompt.STOP);
        }
        return params;
    }

    private static void question(ChatCompletionCreateParams.Builder params, Prompt prompt) {
        List<ChatCompletionContentPart> parts = new ArrayList<>();
        if (prompt.has(Wish.IMAGE)) {
            parts.add(ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                    .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                            .url("data:image/png;base64," + Prompt.base64(Prompt.IMAGE))
                            .build())
                    .build()));
        }
        if (prompt.has(Wish.DOCUMENT)) {
            parts.add(ChatCompletionContentPart.ofFile(ChatCompletionContentPart.File.builder()
                    .file(ChatCompletionContentPart.File.FileObject.builder()
                            .filename("facts.pdf")
                            .fileData("data:application/pdf;base64," + Prompt.base64(Prompt.PDF))
                            .build())
                    .build()));
        }
        if (parts.isEmpty()) {
            params.addUserMessage(Prompt.TEXT);
            return;
        }
        parts.add(ChatCompletionContentPart.ofText(
                ChatCompletionContentPartText.builder().text(Prompt.TEXT).build()));
        params.addUserMessageOfArrayOfContentParts(parts);
    }

    private static Facts facts(ChatCompletion answer, String reasoning) {
        Facts.Builder facts = new Facts.Builder();
        ChatCompletion.Choice choice = answer.choices().getFirst();
        ChatCompletionMessage message = choice.message();
        facts.text.append(message.content().orElse("")).append(message.refusal().orElse(""));
        facts.reasoning.append(reasoning.isEmpty() ? reasoning(message._additionalProperties()) : reasoning);
        for (ChatCompletionMessageToolCall call : message.toolCalls().orElse(List.of())) {
            boolean custom = call.isCustom();
            facts.call(
                    call,
                    custom
                            ? call.asCustom().custom().name()
                            : call.asFunction().function().name());
            facts.arguments(
                    call,
                    custom
                            ? call.asCustom().custom().input()
                            : call.asFunction().function().arguments());
        }
        facts.stop = switch (choice.finishReason().asString()) {
            case "length" -> "length";
            case "tool_calls", "function_call" -> "tools";
            case "content_filter" -> "filter";
            default -> "end";
        };
        answer.usage().ifPresent(usage -> facts.tokens = tokens(usage));
        return facts.build();
    }

    private static List<Long> tokens(CompletionUsage usage) {
        long cached = usage.promptTokensDetails()
                .flatMap(CompletionUsage.PromptTokensDetails::cachedTokens)
                .orElse(0L);
        return List.of(usage.promptTokens(), cached, usage.completionTokens());
    }

    /** What most who speak this dialect call reasoning; OpenAI itself shows none. */
    private static String reasoning(Map<String, JsonValue> more) {
        for (String name : List.of("reasoning_content", "reasoning")) {
            JsonValue value = more.get(name);
            if (value != null && value.asString().isPresent()) {
                return value.asStringOrThrow();
            }
        }
        return "";
    }

    @Override
    public void close() {
        client.close();
    }
}
