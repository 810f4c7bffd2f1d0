package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.Database;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Links that are sent by e-mail, through a real SMTP server. */
class MailedLinksTest {
    private static final String SITE = "https://gateway.example";
    private static final String GONE = "This link was used, is too old, or another one has taken its place.";

    private static GreenMail mail;
    private static RunningGateway gateway;
    private static Vertx vertx;
    private static Database database;

    @BeforeAll
    static void start() {
        mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        gateway = RunningGateway.configured("""
            server: {max_lag_ms: 0, trusted_proxies: [127.0.0.0/8, "::1/128"]}
            console: {public_url: "%s/"}
            smtp: {host: 127.0.0.1, port: %d, security: none, from: pages@example.com}
            providers: []
            models: []
            """.formatted(SITE, mail.getSmtp().getPort()));
        vertx = Vertx.vertx();
        database = Database.open(vertx, gateway.database(), 1);
    }

    @AfterAll
    static void stop() {
        RunningGateway.await(database.close());
        RunningGateway.await(vertx.close());
        gateway.close();
        mail.stop();
    }

    private static Browser browser() {
        return new Browser(gateway.port());
    }

    private static void run(String sql, Object... values) {
        RunningGateway.await(database.pool().preparedQuery(sql).execute(Tuple.from(values)));
    }

    /** The letters to somebody, once there are so many. */
    private static List<String> letters(String to, int count) {
        Awaitility.await().until(() -> texts(to).size() >= count);
        return texts(to);
    }

    private static List<String> texts(String to) {
        return Arrays.stream(mail.getReceivedMessages())
                .filter(letter -> to.equals(recipient(letter)))
                .map(MailedLinksTest::text)
                .toList();
    }

    private static String recipient(MimeMessage letter) {
        try {
            return letter.getRecipients(Message.RecipientType.TO)[0].toString();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(MimeMessage letter) {
        try {
            assertThat(letter.getContentType()).startsWith("text/plain");
            return letter.getSubject() + "\n" + letter.getContent();
        } catch (MessagingException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The path of the link in a letter, which must be one of this site. */
    private static String link(String letter, String kind) {
        Matcher link = Pattern.compile(Pattern.quote(SITE) + "(/" + kind + "/[A-Za-z0-9_-]{43})\\s")
                .matcher(letter);
        assertThat(link.find()).as(letter).isTrue();
        return link.group(1);
    }

    @Test
    void aForgottenPasswordIsReplacedOnceAndEverySessionEnds() {
        Browser ann = browser().as("ann");
        assertThat(browser().get("/login").body()).contains("href=\"/forgotten\"");
        HttpResponse<String> known =
                browser().postBare("/forgotten", Map.of("X-Forwarded-Host", "evil.example"), "login", " Ann");
        HttpResponse<String> unknown = browser().post("/forgotten", "login", "nobody");
        assertThat(known.statusCode()).isEqualTo(200);
        assertThat(known.body()).isEqualTo(unknown.body()).contains("If there is such an account");

        String first = link(letters("ann@example.org", 1).getFirst(), "reset");
        assertThat(browser().post("/forgotten", "login", "ann@example.org").statusCode())
                .isEqualTo(200);
        String second = link(letters("ann@example.org", 2).get(1), "reset");
        assertThat(browser().get(first).body()).contains(GONE);
        assertThat(browser().get(second).body()).contains("<strong>ann</strong>");
        assertThat(browser().post(second, "password", "short").body()).contains("8 to 128 characters.");
        assertThat(browser()
                        .postBare(second, Map.of("Sec-Fetch-Site", "cross-site"), "password", "long enough")
                        .statusCode())
                .isEqualTo(403);

        HttpResponse<String> set = browser().post(second, "password", "  another horse  ");
        assertThat(set.headers().firstValue("location")).contains("/login?reset=1&name=ann");
        assertThat(ann.get("/console/settings").statusCode()).isEqualTo(303);
        assertThat(browser().in("ann").session()).isEmpty();
        assertThat(browser()
                        .post("/login", "login", "ann", "password", "  another horse  ")
                        .statusCode())
                .isEqualTo(303);
        assertThat(browser().post(second, "password", "a third horse").statusCode())
                .isEqualTo(404);
        assertThat(letters("ann@example.org", 3).get(2)).contains("Your password was changed", SITE + "/forgotten");
        assertThat(mail.getReceivedMessages()).noneMatch(letter -> text(letter).contains("evil.example"));
    }

    @Test
    void aLinkIsTooOldAfterItsHourAndVoidOnceTheAddressIsAnother() {
        browser().as("bob");
        browser().post("/forgotten", "login", "bob");
        String link = link(letters("bob@example.org", 1).getFirst(), "reset");
        run(
                "UPDATE mailed_link l SET expires_at = now() - interval '1 second' FROM person p WHERE p.id = l.person_id AND p.name = $1",
                "bob");
        assertThat(browser().get(link).statusCode()).isEqualTo(404);
        assertThat(browser().post(link, "password", "long enough").statusCode()).isEqualTo(404);

        browser().post("/forgotten", "login", "bob");
        String next = link(letters("bob@example.org", 2).get(1), "reset");
        run("UPDATE person SET email = $2 WHERE name = $1", "bob", "bob@elsewhere.example");
        assertThat(browser().post(next, "password", "long enough").statusCode()).isEqualTo(404);
        assertThat(browser().get("/reset/" + "x".repeat(43)).statusCode()).isEqualTo(404);
        assertThat(browser().get("/reset/x").statusCode()).isEqualTo(404);
    }

    @Test
    void askingIsLimitedPerName() {
        browser().as("cid");
        for (int i = 0; i < 5; i++) {
            assertThat(browser().post("/forgotten", "login", "cid").statusCode())
                    .isEqualTo(200);
            assertThat(browser().post("/forgotten", "login", "no-cid").statusCode())
                    .isEqualTo(200);
        }
        assertThat(browser().post("/forgotten", "login", "CID").statusCode()).isEqualTo(429);
        assertThat(browser().post("/forgotten", "login", "no-cid").statusCode()).isEqualTo(429);
    }

    @Test
    void anAddressIsAnotherOnceTheNewOneIsConfirmed() {
        Browser dan = browser().as("dan");
        browser().as("eve");
        String path = "/console/settings/address";
        assertThat(dan.post(path, "email", "new@example.org", "current", "wrong")
                        .statusCode())
                .isEqualTo(400);
        assertThat(dan.post(path, "email", "none", "current", "correct horse dan")
                        .body())
                .contains("This is not an e-mail address.");
        String taken = dan.post(path, "email", "eve@example.org", "current", "correct horse dan")
                .body();
        assertThat(taken).contains("A link was sent to eve@example.org.");
        assertThat(dan.post(path, "email", "New@Example.org", "current", "correct horse dan")
                        .body())
                .contains("A link was sent to new@example.org.");

        String link = link(letters("new@example.org", 1).getFirst(), "address");
        assertThat(letters("dan@example.org", 1).getFirst()).contains("new@example.org", SITE + "/console/settings");
        assertThat(texts("eve@example.org")).isEmpty();
        assertThat(browser().get(link).body()).contains("new@example.org", "Confirm");
        assertThat(dan.get("/console/settings").body()).as("not by a visit").contains("<dd>dan@example.org</dd>");
        assertThat(dan.post(link).statusCode()).isEqualTo(303);
        assertThat(dan.get("/console/settings").body()).contains("<dd>new@example.org</dd>");
        assertThat(dan.post(link).statusCode()).isEqualTo(404);
        assertThat(letters("dan@example.org", 2).get(1)).contains("Your e-mail address was changed");
        assertThat(dan.get("/console/audit").body()).contains("dan@example.org to new@example.org");
        assertThat(RunningGateway.await(database.pool().preparedQuery("""
                                    SELECT a.email FROM account a JOIN organization o ON o.account_id = a.id WHERE o.name = $1\
                                    """).execute(Tuple.of("dan")))
                        .iterator()
                        .next()
                        .getString(0))
                .isEqualTo("new@example.org");
    }

    @Test
    void anAddressThatSomebodyTookMeanwhileStaysTheirs() {
        Browser fay = browser().as("fay");
        fay.post("/console/settings/address", "email", "wanted@example.org", "current", "correct horse fay");
        String link = link(letters("wanted@example.org", 1).getFirst(), "address");
        browser().post("/signup", "email", "wanted@example.org", "name", "gil", "password", "correct horse gil");
        assertThat(browser().post(link).body()).contains(GONE);
        assertThat(fay.get("/console/settings").body()).contains("<dd>fay@example.org</dd>");
    }

    @Test
    void anInvitationIsSentAndShown() {
        Browser hal = browser().as("hal");
        hal.post("/console/organization/teams", "name", "Hal & \"Co\" <b>");
        String reader = Long.toString(
                RunningGateway.await(database.pool().preparedQuery("""
                            SELECT r.id FROM organization_role r JOIN organization o ON o.id = r.organization_id
                            WHERE o.name LIKE 'Hal &%' AND r.kind = 'reader'\
                            """).execute())
                        .iterator()
                        .next()
                        .getLong(0));
        String shown = hal.post("/console/organization/invitations", "email", "ida@example.org", "roles", reader)
                .body();
        assertThat(shown).contains("A letter is on its way.", "/invitations/");
        String letter = letters("ida@example.org", 1).getFirst();
        assertThat(letter).contains("hal invites you to join \"Hal & \"Co\" <b>\".");
        assertThat(browser().get(link(letter, "invitations")).body()).contains("ida@example.org");
        for (int i = 0; i < 6; i++) {
            shown = hal.post("/console/organization/invitations", "email", "x" + i + "@example.org", "roles", reader)
                    .body();
        }
        assertThat(shown).contains("Send this link to x5@example.org.");
    }

    @Test
    void withoutMailTheOperatorMakesTheLink() {
        try (RunningGateway silent = RunningGateway.configured(
                "server: {trusted_proxies: [127.0.0.0/8, \"::1/128\"]}\nproviders: []\nmodels: []\n")) {
            Browser ned = new Browser(silent.port()).as("ned");
            assertThat(ned.get("/forgotten").body())
                    .contains("sends no e-mail")
                    .doesNotContain("<button class=\"button\"");
            assertThat(ned.get("/console/settings").body()).doesNotContain("/console/settings/address");
            assertThat(ned.post("/operator/reset", "login", "ned").statusCode()).isEqualTo(403);
            ned.post("/operator", "token", RunningGateway.ADMIN_TOKEN);
            assertThat(ned.post("/operator/reset", "login", "nobody").statusCode())
                    .isEqualTo(404);
            Matcher link = Pattern.compile("/reset/[A-Za-z0-9_-]{43}")
                    .matcher(ned.post("/operator/reset", "login", "ned").body());
            assertThat(link.find()).isTrue();
            assertThat(ned.get("/console/audit").body()).contains("operator.made_reset_link");
            Browser other = new Browser(silent.port());
            assertThat(other.post(link.group(), "password", "another horse").statusCode())
                    .isEqualTo(303);
            assertThat(ned.get("/console/settings").statusCode()).isEqualTo(303);
        }
    }
}
