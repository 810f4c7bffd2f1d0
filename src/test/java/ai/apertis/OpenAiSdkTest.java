package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.KeySettings;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.models.Model;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OpenAI's own SDK as the client of a running gateway, the simulated provider behind it. */
class OpenAiSdkTest {
    private static RunningGateway gateway;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.shipped();
        wallet = gateway.wallet(1_000_000_000);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void getsAnAnswer() {
        ChatCompletion answer = client(wallet.key()).chat().completions().create(ask("sim/echo", "Hello, world"));
        assertThat(answer.choices().getFirst().message().content()).contains("Hello, world");
        assertThat(answer.usage()).isPresent();
    }

    @Test
    void getsAStreamedAnswerWithTheUsageItAskedFor() {
        ChatCompletionCreateParams params = ask("sim/echo", "one two three").toBuilder()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<ChatCompletionChunk> stream =
                client(wallet.key()).chat().completions().createStreaming(params)) {
            List<ChatCompletionChunk> chunks = stream.stream().toList();
            assertThat(text(chunks)).isEqualTo("one two three");
            assertThat(chunks.getLast().usage())
                    .hasValueSatisfying(
                            usage -> assertThat(usage.completionTokens()).isEqualTo(3));
        }
    }

    @Test
    void getsNoUsageChunkItDidNotAskFor() {
        try (StreamResponse<ChatCompletionChunk> stream =
                client(wallet.key()).chat().completions().createStreaming(ask("sim/echo", "one two"))) {
            assertThat(stream.stream().toList())
                    .allSatisfy(chunk -> assertThat(chunk.choices()).isNotEmpty());
        }
    }

    @Test
    void callsAToolAndAnswersWithItsResult() {
        OpenAIClient client = client(wallet.key());
        ChatCompletionCreateParams first = ask("sim/tools", "What is the weather?").toBuilder()
                .addTool(weather())
                .build();
        ChatCompletionMessage called =
                client.chat().completions().create(first).choices().getFirst().message();
        ChatCompletionMessageFunctionToolCall call =
                called.toolCalls().orElseThrow().getFirst().asFunction();
        assertThat(call.function().name()).isEqualTo("weather");
        ChatCompletion answer = client.chat()
                .completions()
                .create(first.toBuilder()
                        .addMessage(called)
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("sunny at 31 degrees")
                                .build())
                        .build());
        assertThat(answer.choices().getFirst().message().content().orElseThrow())
                .contains("sunny at 31 degrees");
    }

    @Test
    void listsModels() {
        assertThat(client(wallet.key()).models().list().data())
                .extracting(Model::id)
                .contains("sim/echo", "glm-5-turbo", "gpt-5.2");
        assertThat(client(wallet.key()).models().retrieve("z-ai/glm-5-turbo").id())
                .isEqualTo("glm-5-turbo");
    }

    @Test
    void throwsItsOwnExceptionForEachRefusal() {
        String key = wallet.key();
        assertThatThrownBy(() -> send(
                        key, ask("sim/echo", "x").toBuilder().temperature(7.0).build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        refused -> assertThat(refused.param()).contains("temperature"));
        assertThatThrownBy(() -> send("sk-" + "x".repeat(48), ask("sim/echo", "x")))
                .isInstanceOfSatisfying(
                        UnauthorizedException.class,
                        refused -> assertThat(refused.code()).contains("invalid_api_key"));
        assertThatThrownBy(() -> send(gateway.wallet(0).key(), ask("sim/echo", "x")))
                .isInstanceOfSatisfying(OpenAIServiceException.class, refused -> {
                    assertThat(refused.statusCode()).isEqualTo(402);
                    assertThat(refused.code()).contains("insufficient_balance");
                });
        String other = gateway.wallet(1_000_000_000, restricted(List.of("glm-5-turbo")))
                .key();
        assertThatThrownBy(() -> send(other, ask("sim/echo", "x")))
                .isInstanceOfSatisfying(
                        PermissionDeniedException.class,
                        refused -> assertThat(refused.code()).contains("model_access_denied"));
        assertThatThrownBy(() -> send(key, ask("no-such-model", "x")))
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        refused -> assertThat(refused.code()).contains("model_not_found"));
        assertThatThrownBy(() -> send(key, ask("sim/flaky-429", "x"))).isInstanceOf(RateLimitException.class);
        assertThatThrownBy(() -> send(key, ask("sim/flaky-500", "x"))).isInstanceOf(InternalServerException.class);
    }

    private static void send(String key, ChatCompletionCreateParams params) {
        assertThat(client(key).chat().completions().create(params)).isNull();
    }

    static KeySettings restricted(List<String> models) {
        KeySettings open = KeySettings.named("restricted");
        return new KeySettings(
                open.name(),
                true,
                open.quotaNano(),
                open.monthlyLimitNano(),
                open.monthlyResetDay(),
                models,
                open.allowedIps(),
                open.expiresAt(),
                open.fallbackModels(),
                open.fallbackTimeoutMillis(),
                open.fallbackEnabled(),
                open.compression(),
                open.dataPolicy(),
                open.cache(),
                open.includeCost());
    }

    private static ChatCompletionFunctionTool weather() {
        return ChatCompletionFunctionTool.builder()
                .function(FunctionDefinition.builder()
                        .name("weather")
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                                .build())
                        .build())
                .build();
    }

    private static String text(List<ChatCompletionChunk> chunks) {
        return chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .map(choice -> choice.delta().content().orElse(""))
                .collect(Collectors.joining());
    }

    private static ChatCompletionCreateParams ask(String model, String text) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .maxCompletionTokens(100)
                .addUserMessage(text)
                .build();
    }

    private static OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gateway.baseUrl())
                .apiKey(key)
                .maxRetries(0)
                .build();
    }
}
