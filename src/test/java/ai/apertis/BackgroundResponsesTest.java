package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Responses that are made while their clients do something else. */
class BackgroundResponsesTest {
    private static final Vertx VERTX = Vertx.vertx();

    private static ReplayUpstream upstream;
    private static RunningGateway gateway;
    private static RunningGateway otherNode;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, ChatReplies.stream(UsageFault.NONE));
        gateway = RunningGateway.before(upstream.baseUrl());
        otherNode = RunningGateway.before(upstream.baseUrl(), gateway.database());
        wallet = gateway.wallet(1_000_000_000);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        otherNode.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void oneIsQueuedThenCompletedAndBilledOnce() {
        upstream.answer(ChatReplies.stream(UsageFault.NONE).late(300));
        Wallet fresh = gateway.wallet(1_000_000_000);
        JsonNode queued = RunningGateway.json(
                gateway.post("/responses", fresh.key(), body("")).body());
        assertThat(queued.get("status").textValue()).isEqualTo("queued");
        assertThat(queued.get("background").booleanValue()).isTrue();
        String id = queued.get("id").textValue();
        JsonNode done = ended(fresh, id);
        assertThat(done.get("status").textValue()).isEqualTo("completed");
        assertThat(done.get("id").textValue()).isEqualTo(id);
        assertThat(done.get("background").booleanValue()).isTrue();
        assertThat(done.at("/output/0/content/0/text").textValue()).isEqualTo("one two three");
        assertThat(TestDatabase.number(
                        gateway.database(),
                        "SELECT count(*) FROM charge WHERE cost_nano > 0 AND account_id = " + fresh.account()))
                .isEqualTo(1);
        assertThat(call("POST", "/cancel", fresh, id).get("status").textValue()).isEqualTo("completed");
    }

    @Test
    void oneThatIsCancelledLetsItsProviderGo() {
        upstream.answer(ChatReplies.stream(UsageFault.NONE).late(60_000));
        int before = upstream.cancelled();
        String id = underWay(wallet);
        assertThat(call("POST", "/cancel", wallet, id).get("status").textValue())
                .isEqualTo("cancelled");
        assertThat(call("GET", "", wallet, id).get("status").textValue()).isEqualTo("cancelled");
        assertThat(call("POST", "/cancel", wallet, id).get("status").textValue())
                .isEqualTo("cancelled");
        await().atMost(Duration.ofSeconds(20)).until(() -> upstream.cancelled() > before);
        noOpenHolds();
    }

    @Test
    void anotherNodeCancelsToo() {
        upstream.answer(ChatReplies.stream(UsageFault.NONE).late(60_000));
        int before = upstream.cancelled();
        String id = underWay(wallet);
        HttpResponse<String> cancelled = otherNode.post("/responses/" + id + "/cancel", wallet.key(), "");
        assertThat(RunningGateway.json(cancelled.body()).get("status").textValue())
                .isEqualTo("cancelled");
        await().atMost(Duration.ofSeconds(20)).until(() -> upstream.cancelled() > before);
        noOpenHolds();
    }

    @Test
    void oneThatIsDeletedDoesNotComeBack() {
        upstream.answer(ChatReplies.stream(UsageFault.NONE).late(60_000));
        String id = queued(wallet);
        assertThat(call("DELETE", "", wallet, id).get("deleted").booleanValue()).isTrue();
        noOpenHolds();
        assertThat(call("GET", "", wallet, id).at("/error/code").textValue()).isEqualTo("response_not_found");
    }

    @Test
    void oneWhoseProviderFailsHasFailed() {
        upstream.answer(ChatReplies.failure(500, "out of order").late(300));
        String id = queued(wallet);
        JsonNode done = ended(wallet, id);
        assertThat(done.get("status").textValue()).isEqualTo("failed");
        assertThat(done.at("/error/message").textValue()).isNotEmpty();
    }

    @Test
    void oneThatNobodyCanPayForIsRefusedAtOnce() {
        Wallet poor = gateway.wallet(1);
        assertThat(gateway.post("/responses", poor.key(), body("")).statusCode())
                .isEqualTo(402);
    }

    @Test
    void oneWhoseProcessDiedHasFailed() {
        upstream.answer(ChatReplies.stream(UsageFault.NONE));
        String id = queued(wallet);
        ended(wallet, id);
        TestDatabase.execute(
                gateway.database(),
                "UPDATE response SET status = 'in_progress', body = replace(body,"
                        + " '\"status\":\"completed\",\"background\"', '\"status\":\"in_progress\",\"background\"'),"
                        + " alive_at = now() - interval '2 minutes' WHERE id = '" + id + "'");
        JsonNode found = call("GET", "", wallet, id);
        assertThat(found.get("status").textValue()).isEqualTo("failed");
        assertThat(found.at("/error/code").textValue()).isEqualTo("server_error");
    }

    @Test
    void oneThatIsNotFinishedCannotBeContinued() {
        upstream.answer(ChatReplies.stream(UsageFault.NONE).late(60_000));
        String id = underWay(wallet);
        HttpResponse<String> refused = gateway.post(
                "/responses",
                wallet.key(),
                "{\"model\":\"priced\",\"input\":\"x\",\"previous_response_id\":\"" + id + "\"}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("not finished");
        call("POST", "/cancel", wallet, id);
    }

    @Test
    void itMustBeStored() {
        HttpResponse<String> refused = gateway.post("/responses", wallet.key(), body(",\"store\":false"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(RunningGateway.json(refused.body()).at("/error/param").textValue())
                .isEqualTo("background");
    }

    private static String queued(Wallet owner) {
        HttpResponse<String> made = gateway.post("/responses", owner.key(), body(""));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        return RunningGateway.json(made.body()).get("id").textValue();
    }

    /** One that its provider has heard of, and can be let go by. */
    private static String underWay(Wallet owner) {
        int before = upstream.received().size();
        String id = queued(owner);
        await().until(() -> upstream.received().size() > before);
        return id;
    }

    private static JsonNode ended(Wallet owner, String id) {
        return await().atMost(Duration.ofSeconds(10))
                .until(
                        () -> call("GET", "", owner, id),
                        response -> !response.path("status").asText().matches("queued|in_progress"));
    }

    private static void noOpenHolds() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> TestDatabase.number(
                                gateway.database(), "SELECT count(*) FROM hold WHERE account_id = " + wallet.account())
                        == 0);
    }

    private static String body(String more) {
        return "{\"model\":\"priced\",\"input\":\"Hello\",\"background\":true" + more + "}";
    }

    private static JsonNode call(String method, String path, Wallet owner, String id) {
        return RunningGateway.json(
                gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl() + "/responses/" + id + path))
                                .header("Authorization", "Bearer " + owner.key())
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build())
                        .body());
    }
}
