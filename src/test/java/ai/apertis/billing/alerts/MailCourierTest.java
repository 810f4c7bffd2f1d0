package ai.apertis.billing.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.billing.alerts.Courier.Outcome;
import ai.apertis.config.Secret;
import ai.apertis.config.SmtpConfig;
import ai.apertis.ledger.AccountEvent;
import ai.apertis.ledger.Await;
import ai.apertis.ledger.Delivery;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import jakarta.mail.internet.MimeMessage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Writes mail through a real SMTP server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailCourierTest {
    private static final AccountEvent EVENT = new AccountEvent(
            UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
            7,
            "alert.cycle_quota",
            new JsonObject()
                    .put("kind", "cycle_quota")
                    .put("owner", 3)
                    .put("measure", "left_percent")
                    .put("threshold", 20)
                    .put("lim", 600_000)
                    .put("used", 480_500)
                    .put("period_start", "2027-01-01T00:00:00+00:00"),
            Instant.parse("2027-01-02T03:04:05Z"));

    private final Vertx vertx = Vertx.vertx();
    private GreenMail server;

    @BeforeAll
    void listen() {
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        server.setUser("gateway", "gateway", "mail-secret");
    }

    @AfterAll
    void close() {
        server.stop();
        Await.get(vertx.close());
    }

    @Test
    void writesWhatHappenedAndKeepsTheMessagesId() throws Exception {
        MailCourier courier = new MailCourier(vertx, smtp("none", "gateway", "mail-secret"));
        assertThat(deliver(courier, "ada@example.org")).isEqualTo(new Outcome.Delivered(null));
        assertThat(deliver(courier, "ada@example.org")).isEqualTo(new Outcome.Delivered(null));

        MimeMessage[] mails = server.getReceivedMessages();
        assertThat(mails).hasSize(2).allSatisfy(mail -> {
            assertThat(mail.getMessageID()).isEqualTo("<evt_00112233445566778899aabbccddeeff@example.com>");
            assertThat(mail.getSubject()).isEqualTo("Apertis: 119.5 is left of your cycle's quota");
            assertThat(mail.getAllRecipients()).extracting(Object::toString).containsExactly("ada@example.org");
            assertThat(mail.getFrom()).extracting(Object::toString).containsExactly("alerts@example.com");
            assertThat(mail.getContent().toString())
                    .contains("limit: 600\r\n")
                    .contains("remaining: 119.5\r\n")
                    .contains("subscription id: 3\r\n")
                    .contains("account: 7\r\n");
        });
    }

    @Test
    void tellsWhatTheServerRefuses() {
        assertThat(deliver(new MailCourier(vertx, smtp("none", "gateway", "wrong")), "ada@example.org"))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error()).doesNotContain("wrong"));
    }

    @Test
    void neverFallsBackToPlainText() {
        assertThat(deliver(new MailCourier(vertx, smtp("starttls", "gateway", "mail-secret")), "ada@example.org"))
                .as("the server has no STARTTLS")
                .isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void writesNothingOnceSwitchedOff() {
        assertThat(deliver(new MailCourier(vertx, smtp("none", "gateway", "mail-secret")), null))
                .isInstanceOf(Outcome.Impossible.class);
    }

    private static Outcome deliver(MailCourier courier, @Nullable String address) {
        return Await.get(courier.deliver(new Delivery(1, 1, Delivery.Channel.EMAIL, EVENT, address, List.of())));
    }

    private SmtpConfig smtp(String security, String user, String password) {
        return new SmtpConfig(
                "127.0.0.1",
                server.getSmtp().getPort(),
                security,
                Optional.of(user),
                Optional.of(new Secret(password)),
                "alerts@example.com");
    }
}
