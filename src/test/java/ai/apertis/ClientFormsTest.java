package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is told in more than one form: lists of models by whose SDK asks, Gemini's streams as events or as an array. */
class ClientFormsTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final String HELLO = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}]}";

    private static ReplayUpstream upstream;
    private static RunningGateway gateway;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, ChatReplies.stream(UsageFault.NONE));
        gateway = RunningGateway.before(upstream.baseUrl());
        wallet = gateway.wallet(1_000_000_000);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void anAddressThatThereIsNotHasTheFormOfWhoWouldAskThere() {
        for (String path : new String[] {"/v1beta/nothing", "/v1beta", "/v1/models/m:countNothing"}) {
            assertThat(list(path, "x-goog-api-key", wallet.key())
                            .at("/error/status")
                            .textValue())
                    .as(path)
                    .isEqualTo("NOT_FOUND");
        }
        assertThat(list("/v1/messages/nothing", "x-api-key", wallet.key())
                        .at("/error/type")
                        .textValue())
                .isEqualTo("not_found_error");
        assertThat(list("/v1/nothing", "x-api-key", wallet.key())
                        .at("/error/code")
                        .textValue())
                .isEqualTo("endpoint_not_found");
    }

    @Test
    void theListOfModelsHasTheFormOfWhoeverAsks() {
        assertThat(list("/v1/models", "Authorization", "Bearer " + wallet.key())
                        .get("object")
                        .textValue())
                .isEqualTo("list");
        assertThat(list("/v1/models", "x-api-key", wallet.key())
                        .at("/data/0/type")
                        .textValue())
                .isEqualTo("model");
        assertThat(list("/v1/models", "x-goog-api-key", wallet.key())
                        .at("/models/0/name")
                        .textValue())
                .startsWith("models/");
        assertThat(list("/v1/models?key=" + wallet.key(), "accept", "*/*")
                        .at("/models")
                        .size())
                .isEqualTo(3);
        assertThat(list("/v1beta/models", "Authorization", "Bearer " + wallet.key())
                        .at("/models")
                        .size())
                .isEqualTo(3);
        HttpResponse<String> claudeCode = gateway.send(HttpRequest.newBuilder(at("/v1/models/priced"))
                .header("Authorization", "Bearer " + wallet.key())
                .header("anthropic-version", "2026-10-21")
                .build());
        assertThat(RunningGateway.json(claudeCode.body()).get("display_name").textValue())
                .isNotEmpty();
    }

    @Test
    void aGoogleModelHasItsLimitsAndMethods() {
        JsonNode model = list("/v1beta/models/vendor/priced", "x-goog-api-key", wallet.key());
        assertThat(model.get("name").textValue()).isEqualTo("models/priced");
        assertThat(model.get("displayName").textValue()).isNotEmpty();
        assertThat(model.get("inputTokenLimit").intValue()).isEqualTo(100_000);
        assertThat(model.get("outputTokenLimit").intValue()).isEqualTo(10_000);
        assertThat(model.get("supportedGenerationMethods").toString()).contains("generateContent", "countTokens");
        assertThat(list("/v1beta/models/none", "x-goog-api-key", wallet.key())
                        .at("/error/status")
                        .textValue())
                .isEqualTo("NOT_FOUND");
    }

    @Test
    void googlesListComesInPages() {
        JsonNode first = list("/v1beta/models?pageSize=2", "x-goog-api-key", wallet.key());
        JsonNode second = list(
                "/v1beta/models?pageSize=2&pageToken="
                        + first.get("nextPageToken").textValue(),
                "x-goog-api-key",
                wallet.key());
        assertThat(first.get("models")).hasSize(2);
        assertThat(second.get("models")).hasSize(1);
        assertThat(second.has("nextPageToken")).isFalse();
        assertThat(first.findValuesAsText("name")).doesNotContainAnyElementsOf(second.findValuesAsText("name"));
        assertThat(list("/v1beta/models?pageToken=junk", "x-goog-api-key", wallet.key())
                        .at("/error/message")
                        .textValue())
                .contains("pageToken");
    }

    @Test
    void anthropicsListComesInPagesBothWays() {
        JsonNode first = list("/v1/models?limit=2", "x-api-key", wallet.key());
        String last = first.get("last_id").textValue();
        JsonNode second = list("/v1/models?limit=2&after_id=" + last, "x-api-key", wallet.key());
        JsonNode back =
                list("/v1/models?limit=2&before_id=" + second.get("first_id").textValue(), "x-api-key", wallet.key());
        assertThat(first.get("has_more").booleanValue()).isTrue();
        assertThat(second.get("has_more").booleanValue()).isFalse();
        assertThat(second.get("data")).hasSize(1);
        assertThat(back.get("data")).isEqualTo(first.get("data"));
        assertThat(list("/v1/models?after_id=none", "x-api-key", wallet.key())
                        .at("/error/type")
                        .textValue())
                .isEqualTo("invalid_request_error");
    }

    @Test
    void aStreamWithoutSseIsAnArrayOfTheSameAnswers() {
        upstream.answer(ChatReplies.stream(UsageFault.NONE));
        HttpResponse<String> array = stream("");
        HttpResponse<String> events = stream("?alt=sse");
        assertThat(array.headers().firstValue("content-type").orElseThrow()).startsWith("application/json");
        assertThat(events.headers().firstValue("content-type").orElseThrow()).startsWith("text/event-stream");
        JsonNode chunks = RunningGateway.json(array.body());
        assertThat(chunks.isArray()).isTrue();
        assertThat(chunks.size()).isEqualTo(events.body().split("data: ", -1).length - 1);
        assertThat(chunks.get(chunks.size() - 1)
                        .at("/candidates/0/finishReason")
                        .textValue())
                .isEqualTo("STOP");
    }

    @Test
    void anErrorAfterTheBeginningIsTheLastElementOfTheArray() {
        upstream.answer(ChatReplies.streamWithAnError());
        JsonNode chunks = RunningGateway.json(stream("").body());
        assertThat(chunks.size()).isGreaterThan(1);
        assertThat(chunks.get(0).has("candidates")).isTrue();
        assertThat(chunks.get(chunks.size() - 1).at("/error/code").intValue()).isGreaterThanOrEqualTo(500);
    }

    @Test
    void anotherFormOfStreamIsRefusedByName() {
        assertThat(stream("?alt=proto").statusCode()).isEqualTo(400);
        assertThat(stream("?alt=proto").body()).contains("alt", "INVALID_ARGUMENT");
    }

    private static HttpResponse<String> stream(String query) {
        return gateway.post("/models/priced:streamGenerateContent" + query, wallet.key(), HELLO);
    }

    private static JsonNode list(String path, String header, String value) {
        return RunningGateway.json(gateway.send(
                        HttpRequest.newBuilder(at(path)).header(header, value).build())
                .body());
    }

    private static URI at(String path) {
        return URI.create(gateway.baseUrl().replace("/v1", "") + path);
    }
}
