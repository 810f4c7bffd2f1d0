package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.moderations.ModerationCreateParams;
import com.openai.models.moderations.ModerationCreateResponse;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is no conversation, asked by OpenAI's own SDK of the shipped gateway, the simulated provider behind it. */
class TasksTest {
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
    void embedsTextsAndChargesTheirTokens() {
        Wallet fresh = gateway.wallet(1_000_000_000);
        CreateEmbeddingResponse answer = client(fresh)
                .embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("sim/embed")
                        .inputOfArrayOfStrings(List.of("one two three", "four"))
                        .dimensions(16)
                        .build());
        assertThat(answer.data())
                .hasSize(2)
                .allSatisfy(vector -> assertThat(vector.embedding()).hasSize(16));
        assertThat(answer.usage().promptTokens()).isEqualTo(4);
        assertThat(charged(fresh)).isEqualTo(4_000);
    }

    @Test
    void embedsTokensToo() {
        CreateEmbeddingResponse answer = client(wallet)
                .embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("sim/embed")
                        .inputOfArrayOfTokens(List.of(1L, 2L, 3L))
                        .build());
        assertThat(answer.data()).hasSize(1);
        assertThat(answer.usage().promptTokens()).isEqualTo(3);
    }

    @Test
    void moderatesWithoutAModelsName() {
        ModerationCreateResponse answer = client(wallet)
                .moderations()
                .create(ModerationCreateParams.builder()
                        .inputOfStrings(List.of("all is well", "I will harm you"))
                        .build());
        assertThat(answer.results()).extracting(result -> result.flagged()).containsExactly(false, true);
    }

    @Test
    void reranksDocumentsForTokensAndTheRequest() {
        Wallet fresh = gateway.wallet(1_000_000_000);
        HttpResponse<String> response = gateway.post(
                "/rerank",
                fresh.key(),
                "{\"model\":\"sim/rerank\",\"query\":\"red apples\",\"documents\":[\"green pears\",\"red apples here\",\"red wine\"],"
                        + "\"top_n\":2,\"return_documents\":true}");
        JsonNode results = RunningGateway.json(response.body()).path("results");
        assertThat(results).as(response.body()).hasSize(2);
        assertThat(results.at("/0/index").intValue()).isEqualTo(1);
        assertThat(results.at("/0/relevance_score").doubleValue()).isEqualTo(1.0);
        assertThat(results.at("/0/document/text").textValue()).isEqualTo("red apples here");
        assertThat(results.at("/1/index").intValue()).isEqualTo(2);
        // Three times the query's two tokens, and seven of documents, and a tenth of a cent.
        assertThat(charged(fresh)).isEqualTo(13_000 + 1_000_000);
        assertThat(response.headers().firstValue("x-apertis-cost-usd")).contains("0.001013");
    }

    @Test
    void continuesATextWithAModelThatConverses() {
        OpenAIClient client = client(wallet);
        CompletionCreateParams params = CompletionCreateParams.builder()
                .model("sim/echo")
                .prompt("Once upon a time")
                .maxTokens(100)
                .build();
        Completion whole = client.completions().create(params);
        assertThat(whole.choices().getFirst().text()).isEqualTo("Once upon a time");
        assertThat(whole.choices().getFirst().finishReason().toString()).isEqualTo("stop");
        assertThat(whole.usage().orElseThrow().completionTokens()).isEqualTo(4);
        try (StreamResponse<Completion> stream = client.completions().createStreaming(params)) {
            assertThat(stream.stream()
                            .flatMap(chunk -> chunk.choices().stream())
                            .map(choice -> choice.text())
                            .collect(Collectors.joining()))
                    .isEqualTo("Once upon a time");
        }
    }

    @Test
    void namesWhatAConversationCannotExpress() {
        for (String field : List.of("\"echo\":true", "\"suffix\":\"end\"", "\"logprobs\":2", "\"best_of\":3")) {
            HttpResponse<String> refused = gateway.post(
                    "/completions", wallet.key(), "{\"model\":\"sim/echo\",\"prompt\":\"x\"," + field + "}");
            assertThat(refused.statusCode()).as(field).isEqualTo(400);
            assertThat(field).contains(param(refused));
        }
        HttpResponse<String> several =
                gateway.post("/completions", wallet.key(), "{\"model\":\"sim/echo\",\"prompt\":[\"a\",\"b\"]}");
        assertThat(several.statusCode()).isEqualTo(400);
        assertThat(param(several)).isEqualTo("prompt");
    }

    @Test
    void asksEachModelOnlyForWhatItServes() {
        assertThatThrownBy(() -> client(wallet)
                        .embeddings()
                        .create(EmbeddingCreateParams.builder()
                                .model("sim/echo")
                                .input("x")
                                .build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        refused -> assertThat(refused.getMessage())
                                .contains("cannot be used for embeddings", "POST /v1/chat/completions"));
        HttpResponse<String> chat = gateway.chat(
                wallet.key(), "{\"model\":\"sim/embed\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(chat.statusCode()).isEqualTo(400);
        assertThat(chat.body()).contains("POST /v1/embeddings");
    }

    @Test
    void namesWhatIsMissing() {
        expectMissing("/embeddings", "{\"model\":\"sim/embed\"}", "input");
        expectMissing("/embeddings", "{\"input\":\"x\"}", "model");
        expectMissing("/rerank", "{\"model\":\"sim/rerank\",\"documents\":[\"x\"]}", "query");
        expectMissing("/rerank", "{\"model\":\"sim/rerank\",\"query\":\"x\"}", "documents");
        expectMissing("/moderations", "{}", "input");
        expectMissing("/completions", "{\"model\":\"sim/echo\"}", "prompt");
    }

    @Test
    void tellsAPoorClientWhatItWouldCost() {
        Wallet poor = gateway.wallet(1);
        HttpResponse<String> refused =
                gateway.post("/embeddings", poor.key(), "{\"model\":\"sim/embed\",\"input\":\"hello\"}");
        assertThat(refused.statusCode()).isEqualTo(402);
        assertThat(refused.body()).contains("insufficient_balance");
    }

    private static void expectMissing(String path, String body, String field) {
        HttpResponse<String> refused = gateway.post(path, wallet.key(), body);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(param(refused)).isEqualTo(field);
        assertThat(refused.body()).contains("missing_parameter");
    }

    private static String param(HttpResponse<String> refused) {
        return RunningGateway.json(refused.body()).at("/error/param").asText();
    }

    private static long charged(Wallet of) {
        return TestDatabase.number(
                gateway.database(), "SELECT sum(cost_nano) FROM charge WHERE account_id = " + of.account());
    }

    private static OpenAIClient client(Wallet of) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gateway.baseUrl())
                .apiKey(of.key())
                .maxRetries(0)
                .build();
    }
}
