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
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFormatTextJsonSchemaConfig;
import com.openai.models.responses.ResponseIncludable;
import com.openai.models.responses.ResponseInputContent;
import com.openai.models.responses.ResponseInputFile;
import com.openai.models.responses.ResponseInputImage;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseInputText;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseOutputMessage;
import com.openai.models.responses.ResponseReasoningItem;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ResponseTextConfig;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** {@code openai-java} speaking Responses. */
final class ResponsesSdk implements Sdk {
    private final OpenAIClient client;

    ResponsesSdk(String baseUrl, String key) {
        client = OpenAIOkHttpClient.builder()
                .baseUrl(baseUrl)
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    @Override
    public DialectName dialect() {
        return DialectName.OPENAI_RESPONSES;
    }

    @Override
    public Facts ask(Prompt prompt, boolean strictly) {
        Response answer = client.responses().create(params(prompt).build());
        return facts(strictly ? answer.validate() : answer);
    }

    @Override
    public Facts stream(Prompt prompt) {
        ResponseAccumulator whole = ResponseAccumulator.create();
        try (StreamResponse<ResponseStreamEvent> stream =
                client.responses().createStreaming(params(prompt).build())) {
            stream.stream().forEach(whole::accumulate);
        }
        return facts(whole.response());
    }

    @Override
    public Facts goOn(Prompt prompt, List<String> results) {
        Response first = client.responses().create(params(prompt).build());
        List<ResponseInputItem> input = new ArrayList<>(List.of(question(prompt)));
        Iterator<String> result = results.iterator();
        List<ResponseInputItem> answers = new ArrayList<>();
        for (ResponseOutputItem item : first.output()) {
            item.reasoning().ifPresent(reasoning -> input.add(ResponseInputItem.ofReasoning(reasoning)));
            item.message().ifPresent(message -> input.add(ResponseInputItem.ofResponseOutputMessage(message)));
            item.functionCall().ifPresent(call -> {
                input.add(ResponseInputItem.ofFunctionCall(call));
                answers.add(ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                        .callId(call.callId())
                        .output(result.next())
                        .build()));
            });
        }
        input.addAll(answers);
        return facts(client.responses()
                .create(params(prompt).inputOfResponse(input).build())
                .validate());
    }

    @Override
    public void leave(Prompt prompt) {
        try (StreamResponse<ResponseStreamEvent> stream =
                client.responses().createStreaming(params(prompt).build())) {
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

    private static ResponseCreateParams.Builder params(Prompt prompt) {
        ResponseCreateParams.Builder params = ResponseCreateParams.builder()
                .model(prompt.model())
                .store(false)
                .maxOutputTokens(prompt.maxTokens())
                .inputOfResponse(List.of(question(prompt)));
        if (prompt.has(Wish.SYSTEM)) {
            params.instructions(Prompt.SYSTEM);
        }
        if (prompt.has(Wish.TOOLS)) {
            FunctionTool.Parameters.Builder parameters = FunctionTool.Parameters.builder();
            Prompt.map(Prompt.PARAMETERS)
                    .forEach((name, value) -> parameters.putAdditionalProperty(name, JsonValue.from(value)));
            params.addTool(FunctionTool.builder()
                    .name(Prompt.TOOL)
                    .description(Prompt.TOOL_DESCRIPTION)
                    .parameters(parameters.build())
                    .strict(true)
                    .build());
        }
        if (prompt.has(Wish.SCHEMA)) {
            ResponseFormatTextJsonSchemaConfig.Schema.Builder schema =
                    ResponseFormatTextJsonSchemaConfig.Schema.builder();
            Prompt.map(Prompt.SCHEMA)
                    .forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
            params.text(ResponseTextConfig.builder()
                    .format(ResponseFormatTextJsonSchemaConfig.builder()
                            .name(Prompt.SCHEMA_NAME)
                            .strict(true)
                            .schema(schema.build())
                            .build())
                    .build());
        }
        if (prompt.has(Wish.THINKING)) {
            params.addInclude(ResponseIncludable.REASONING_ENCRYPTED_CONTENT)
                    .reasoning(Reasoning.builder()
                            .effort(ReasoningEffort.LOW)
                            .summary(Reasoning.Summary.AUTO)
                            .build());
        }
        return params;
    }

    private static ResponseInputItem question(Prompt prompt) {
        List<ResponseInputContent> parts = new ArrayList<>();
        if (prompt.has(Wish.IMAGE)) {
            parts.add(ResponseInputContent.ofInputImage(ResponseInputImage.builder()
                    .detail(ResponseInputImage.Detail.AUTO)
                    .imageUrl("data:image/png;base64," + Prompt.base64(Prompt.IMAGE))
                    .build()));
        }
        if (prompt.has(Wish.DOCUMENT)) {
            parts.add(ResponseInputContent.ofInputFile(ResponseInputFile.builder()
                    .filename("facts.pdf")
                    .fileData("data:application/pdf;base64," + Prompt.base64(Prompt.PDF))
                    .build()));
        }
        EasyInputMessage.Builder message = EasyInputMessage.builder().role(EasyInputMessage.Role.USER);
        if (parts.isEmpty()) {
            message.content(Prompt.TEXT);
        } else {
            parts.add(ResponseInputContent.ofInputText(
                    ResponseInputText.builder().text(Prompt.TEXT).build()));
            message.contentOfResponseInputMessageContentList(parts);
        }
        return ResponseInputItem.ofEasyInputMessage(message.build());
    }

    private static Facts facts(Response answer) {
        Facts.Builder facts = new Facts.Builder();
        for (ResponseOutputItem item : answer.output()) {
            item.message().ifPresent(message -> message.content().forEach(part -> text(facts, part)));
            item.reasoning().ifPresent(reasoning -> facts.reasoning.append(reasoning(reasoning)));
            item.functionCall().ifPresent(call -> {
                facts.call(call, call.name());
                facts.arguments(call, call.arguments());
            });
            item.customToolCall().ifPresent(call -> {
                facts.call(call, call.name());
                facts.arguments(call, call.input());
            });
        }
        String incomplete = answer.incompleteDetails()
                .flatMap(Response.IncompleteDetails::reason)
                .map(Response.IncompleteDetails.Reason::asString)
                .orElse("");
        facts.stop = incomplete.equals("max_output_tokens") ? "length" : incomplete.isEmpty() ? "end" : "filter";
        answer.usage()
                .ifPresent(usage -> facts.tokens =
                        List.of(usage.inputTokens(), usage.inputTokensDetails().cachedTokens(), usage.outputTokens()));
        return facts.build();
    }

    private static void text(Facts.Builder facts, ResponseOutputMessage.Content part) {
        part.outputText().ifPresent(text -> facts.text.append(text.text()));
        part.refusal().ifPresent(refusal -> facts.text.append(refusal.refusal()));
    }

    private static String reasoning(ResponseReasoningItem item) {
        List<String> texts = new ArrayList<>();
        item.content().orElse(List.of()).forEach(part -> texts.add(part.text()));
        if (texts.isEmpty()) {
            item.summary().forEach(part -> texts.add(part.text()));
        }
        return String.join("", texts);
    }

    @Override
    public void close() {
        client.close();
    }
}
