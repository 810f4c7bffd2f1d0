package ai.apertis.clients;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.clients.Prompt.Wish;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.Facts;
import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Base64ImageSource;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.DocumentBlockParam;
import com.anthropic.models.messages.JsonOutputFormat;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.OutputConfig;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.Usage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** {@code anthropic-java}. */
final class MessagesSdk implements Sdk {
    private static final long BUDGET = 1_024;

    private final AnthropicClient client;

    MessagesSdk(String baseUrl, String key) {
        client = AnthropicOkHttpClient.builder()
                .baseUrl(baseUrl)
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    @Override
    public DialectName dialect() {
        return DialectName.ANTHROPIC;
    }

    @Override
    public Facts ask(Prompt prompt, boolean strictly) {
        Message answer = client.messages().create(params(prompt).build());
        return facts(strictly ? answer.validate() : answer);
    }

    @Override
    public Facts stream(Prompt prompt) {
        MessageAccumulator whole = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> stream =
                client.messages().createStreaming(params(prompt).build())) {
            stream.stream().forEach(whole::accumulate);
        }
        return facts(whole.message());
    }

    @Override
    public Facts goOn(Prompt prompt, List<String> results) {
        MessageCreateParams first = params(prompt).build();
        Message said = client.messages().create(first);
        Iterator<String> result = results.iterator();
        List<ContentBlockParam> answers = new ArrayList<>();
        for (ContentBlock block : said.content()) {
            block.toolUse()
                    .ifPresent(call -> answers.add(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                            .toolUseId(call.id())
                            .content(result.next())
                            .build())));
        }
        return facts(client.messages()
                .create(first.toBuilder()
                        .addMessage(said)
                        .addUserMessageOfContentBlockParams(answers)
                        .build())
                .validate());
    }

    @Override
    public void leave(Prompt prompt) {
        try (StreamResponse<RawMessageStreamEvent> stream =
                client.messages().createStreaming(params(prompt).build())) {
            assertThat(stream.stream().findFirst()).isPresent();
        }
    }

    @Override
    public Refusal refused(Prompt prompt) {
        try {
            ask(prompt, false);
        } catch (AnthropicServiceException refused) {
            return new Refusal(refused.getClass().getSimpleName(), refused.statusCode(), refused.getMessage());
        }
        throw new AssertionError("not refused");
    }

    private static MessageCreateParams.Builder params(Prompt prompt) {
        MessageCreateParams.Builder params =
                MessageCreateParams.builder().model(prompt.model()).maxTokens(prompt.maxTokens());
        if (prompt.has(Wish.SYSTEM)) {
            params.system(Prompt.SYSTEM);
        }
        question(params, prompt);
        if (prompt.has(Wish.TOOLS)) {
            Tool.InputSchema.Builder schema = Tool.InputSchema.builder();
            Map<String, Object> parameters = Prompt.map(Prompt.PARAMETERS);
            // The SDK writes it by itself.
            parameters.remove("type");
            parameters.forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
            params.addTool(Tool.builder()
                    .name(Prompt.TOOL)
                    .description(Prompt.TOOL_DESCRIPTION)
                    .inputSchema(schema.build())
                    .build());
        }
        if (prompt.has(Wish.SCHEMA)) {
            JsonOutputFormat.Schema.Builder schema = JsonOutputFormat.Schema.builder();
            Prompt.map(Prompt.SCHEMA)
                    .forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
            params.outputConfig(OutputConfig.builder()
                    .format(JsonOutputFormat.builder().schema(schema.build()).build())
                    .build());
        }
        if (prompt.has(Wish.THINKING)) {
            params.enabledThinking(BUDGET);
        }
        if (prompt.has(Wish.STOP)) {
            params.addStopSequence(Prompt.STOP);
        }
        return params;
    }

    private static void question(MessageCreateParams.Builder params, Prompt prompt) {
        List<ContentBlockParam> blocks = new ArrayList<>();
        if (prompt.has(Wish.IMAGE)) {
            blocks.add(ContentBlockParam.ofImage(Base64ImageSource.builder()
                    .mediaType(Base64ImageSource.MediaType.IMAGE_PNG)
                    .data(Prompt.base64(Prompt.IMAGE))
                    .build()));
        }
        if (prompt.has(Wish.DOCUMENT)) {
            blocks.add(ContentBlockParam.ofDocument(DocumentBlockParam.builder()
                    .base64Source(Prompt.base64(Prompt.PDF))
                    .title("facts.pdf")
                    .build()));
        }
        if (blocks.isEmpty()) {
            params.addUserMessage(Prompt.TEXT);
            return;
        }
        blocks.add(ContentBlockParam.ofText(Prompt.TEXT));
        params.addUserMessageOfContentBlockParams(blocks);
    }

    private static Facts facts(Message answer) {
        Facts.Builder facts = new Facts.Builder();
        for (ContentBlock block : answer.content()) {
            block.text().ifPresent(text -> facts.text.append(text.text()));
            block.thinking().ifPresent(thinking -> facts.reasoning.append(thinking.thinking()));
            block.toolUse().ifPresent(call -> {
                facts.call(call, call.name());
                facts.arguments(call, Prompt.text(call._input().convert(Object.class)));
            });
        }
        facts.stop = switch (answer.stopReason().map(Object::toString).orElse("")) {
            case "max_tokens", "model_context_window_exceeded" -> "length";
            case "tool_use" -> "tools";
            case "refusal" -> "filter";
            default -> "end";
        };
        Usage usage = answer.usage();
        long read = usage.cacheReadInputTokens().orElse(0L);
        long written = usage.cacheCreationInputTokens().orElse(0L);
        facts.tokens = List.of(usage.inputTokens() + read + written, read, usage.outputTokens());
        return facts.build();
    }

    @Override
    public void close() {
        client.close();
    }
}
