package ai.apertis.billing.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.billing.alerts.Courier.Outcome;
import ai.apertis.http.OutboundUrls;
import ai.apertis.ledger.AccountEvent;
import ai.apertis.ledger.Await;
import ai.apertis.ledger.Delivery;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Posts to a real server, as an account's own would be. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookCourierTest {
    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final AccountEvent EVENT = new AccountEvent(
            ID,
            7,
            "alert.balance",
            new JsonObject()
                    .put("kind", "balance")
                    .put("owner", 7)
                    .put("measure", "left_percent")
                    .put("threshold", 20)
                    .put("lim", 10_000_000_000L)
                    .put("used", 8_100_000_001L),
            Instant.parse("2027-01-02T03:04:05.678Z"));

    private final Vertx vertx = Vertx.vertx();
    private ReplayUpstream receiver;

    @BeforeEach
    void listen() {
        receiver = new ReplayUpstream(vertx, Reply.json(200, "{}"));
    }

    @AfterEach
    void stopListening() {
        receiver.close();
    }

    @AfterAll
    void close() {
        Await.get(vertx.close());
    }

    @Test
    void postsTheEventSigned() throws SignatureVerificationException {
        assertThat(deliver(loopback(), url("/hook?from=apertis"), "whsec_a")).isEqualTo(new Outcome.Delivered(200));

        ReplayUpstream.Received post = receiver.received().getFirst();
        assertThat(post.method() + " " + post.path() + "?" + post.query()).isEqualTo("POST /hook?from=apertis");
        assertThat(post.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("apertis-event-id", "evt_00112233445566778899aabbccddeeff");
        assertThat(post.body())
                .isEqualTo(
                        "{\"id\":\"evt_00112233445566778899aabbccddeeff\",\"object\":\"event\",\"type\":\"alert.balance\","
                                + "\"created_at\":\"2027-01-02T03:04:05Z\",\"account_id\":7,\"data\":{\"bucket\":\"balance\","
                                + "\"threshold\":{\"left_percent\":20},\"limit_usd\":10,\"used_usd\":8.100000001,"
                                + "\"remaining_usd\":1.899999999,\"period_start\":null}}");
        // The form is Stripe's, so the code that people have for Stripe's checks ours.
        String signature = post.headers().getOrDefault("apertis-signature", "");
        assertThat(Webhook.Signature.verifyHeader(post.body(), signature, "whsec_a", 300))
                .isTrue();
        assertThat(verifies(post.body() + " ", signature, "whsec_a")).isFalse();
        assertThat(verifies(post.body(), signature, "whsec_b")).isFalse();
    }

    @Test
    void signsWithBothSecretsWhileOneIsReplaced() throws SignatureVerificationException {
        deliver(loopback(), url("/"), "whsec_new", "whsec_old");

        ReplayUpstream.Received post = receiver.received().getFirst();
        String signature = post.headers().getOrDefault("apertis-signature", "");
        assertThat(Webhook.Signature.verifyHeader(post.body(), signature, "whsec_new", 300))
                .isTrue();
        assertThat(Webhook.Signature.verifyHeader(post.body(), signature, "whsec_old", 300))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 307, 308, 400, 401, 404, 410, 429, 500, 503})
    void onlyASuccessIsOne(int status) {
        try (ReplayUpstream canary = new ReplayUpstream(vertx, Reply.json(200, "{}"))) {
            receiver.answer(Reply.json(status, "{}").withHeader("Location", canary.baseUrl() + "/"));
            assertThat(deliver(loopback(), url("/"), "s"))
                    .isEqualTo(new Outcome.Failed(status, "answered with status " + status));
            assertThat(canary.received()).as("no redirect is followed").isEmpty();
        }
    }

    @Test
    void doesNotWaitForASilentReceiver() {
        receiver.answer(Reply.hanging());
        assertThat(deliver(loopback(), url("/"), "s")).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.status()).isNull();
            assertThat(failed.error()).startsWith("no answer");
        });
    }

    @Test
    void doesNotReadAnEndlessAnswer() {
        receiver.answer(Reply.json(200, "x".repeat(50_000_000)));
        assertThat(deliver(loopback(), url("/"), "s")).isEqualTo(new Outcome.Delivered(200));
    }

    @Test
    void connectsToTheAddressThatWasChecked() {
        OutboundUrls once = new OutboundUrls(true, new OutboundUrls.Resolver() {
            private int asked;

            @Override
            public InetAddress[] resolve(String host) {
                assertThat(asked++).isZero();
                return new InetAddress[] {InetAddress.getLoopbackAddress()};
            }
        });
        int port = receiver.baseUrl().getPort();

        assertThat(deliver(once, "http://hooks.example.test:" + port + "/", "s"))
                .isEqualTo(new Outcome.Delivered(200));

        assertThat(receiver.received().getFirst().headers()).containsEntry("host", "hooks.example.test:" + port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:%d/", "https://localhost:%d/", "https://inward.example.test:%d/"})
    void neverReachesInwards(String form) {
        OutboundUrls strict = new OutboundUrls(false, host -> new InetAddress[] {InetAddress.getLoopbackAddress()});
        int port = receiver.baseUrl().getPort();
        assertThat(deliver(strict, form.formatted(port), "s"))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error()).startsWith("the URL must"));
        assertThat(receiver.received()).isEmpty();
    }

    @Test
    void aWebhookTakenAwayIsNotTriedAgain() {
        assertThat(deliver(loopback(), null, "s")).isInstanceOf(Outcome.Impossible.class);
    }

    private Outcome deliver(OutboundUrls urls, @Nullable String url, String... secrets) {
        WebhookCourier courier = new WebhookCourier(vertx, urls, InstantSource.system(), 500, new HttpClientOptions());
        return Await.get(courier.deliver(new Delivery(1, 1, Delivery.Channel.WEBHOOK, EVENT, url, List.of(secrets))));
    }

    private String url(String path) {
        return receiver.baseUrl() + path;
    }

    private static OutboundUrls loopback() {
        return new OutboundUrls(true, InetAddress::getAllByName);
    }

    private static boolean verifies(String body, String signature, String secret) {
        try {
            return Webhook.Signature.verifyHeader(body, signature, secret, 300);
        } catch (SignatureVerificationException e) {
            return false;
        }
    }
}
