package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import io.vertx.core.Vertx;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the page of the state says, from the attempts of several nodes and over a restart. */
class StatusTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final DatabaseUrl ROWS = TestDatabase.migrated();
    private static ReplayUpstream upstream;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, ChatReplies.whole(UsageFault.NONE));
    }

    @AfterAll
    static void stop() {
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    private static RunningGateway node() {
        return RunningGateway.before(upstream.baseUrl(), ROWS);
    }

    private static void ask(RunningGateway at, String key, Reply reply, int times, boolean stream) {
        upstream.answer(reply);
        for (int i = 0; i < times; i++) {
            at.chat(key, """
                {"model": "free", "stream": %s, "messages": [{"role": "user", "content": "hello"}]}
                """.formatted(stream));
        }
    }

    @Test
    void attemptsOfTwoNodesAreAddedUpAndOutliveThem() {
        try (RunningGateway one = node();
                RunningGateway two = node()) {
            String key = one.wallet(0).key();
            ask(one, key, ChatReplies.whole(UsageFault.NONE), 20, false);
            ask(two, key, ChatReplies.stream(UsageFault.NONE), 16, true);
            ask(two, key, ChatReplies.failure(400, "your own mistake"), 1, false);
            ask(two, key, ChatReplies.failure(429, "not now"), 1, false);
            ask(one, key, ChatReplies.failure(500, "ours"), 2, false);
            ask(one, key, ChatReplies.streamWithAnError(), 1, true);
        }
        assertThat(TestDatabase.number(ROWS, "SELECT sum(attempts) FROM provider_day"))
                .isEqualTo(40);
        assertThat(TestDatabase.number(ROWS, "SELECT sum(failures) FROM provider_day"))
                .isEqualTo(3);
        assertThat(TestDatabase.number(ROWS, "SELECT sum(attempts) FROM provider_span"))
                .isEqualTo(40);
        assertThat(TestDatabase.number(ROWS, "SELECT sum(answers) FROM provider_first_token"))
                .isEqualTo(17);
        assertThat(TestDatabase.number(ROWS, "SELECT count(*) FROM provider_report"))
                .isEqualTo(2);

        // Three days ago all was well, and for twenty minutes a day before that it was not.
        TestDatabase.execute(ROWS, """
            INSERT INTO provider_day SELECT 'upstream', (now() AT TIME ZONE 'UTC')::date - 3, 1000, 0;
            INSERT INTO provider_day SELECT 'gone', (now() AT TIME ZONE 'UTC')::date - 3, 7, 7;
            INSERT INTO provider_span SELECT 'upstream', d + t, 30, 10
                FROM (SELECT date_trunc('day', now(), 'UTC') - interval '4 days' AS d) day,
                    (VALUES (interval '8 hours'), (interval '8 hours 10 minutes')) span (t);
            INSERT INTO provider_span SELECT 'upstream', date_trunc('day', now(), 'UTC') - interval '5 days', 19, 19\
            """);
        try (RunningGateway next = node()) {
            Browser somebody = new Browser(next.port());
            String all = somebody.get("/status").body();
            assertThat(all)
                    .contains(
                            "Requests are answered, but some providers fail more often than usual.",
                            "Partly failing",
                            "<strong>99.71 %</strong> of 1,040 attempts",
                            "1 of them at 99 % or above",
                            "88 without data",
                            ": no data\"",
                            "3 of 40 failed\"",
                            " 08:00</time>",
                            " 08:20</time>",
                            "66.66 %",
                            ">60</td>")
                    .doesNotContain(
                            "gone", "provider-secret", upstream.baseUrl().getAuthority(), ">19</td>");
            assertThat(all.split("<span class=\"(up|part|down)?\" title=", -1)).hasSize(91);
            assertThat(somebody.get("/status/upstream").body())
                    .contains("92.5 %", "1,000")
                    .doesNotContain("no data</td>", "provider-secret");
            assertThat(somebody.get("/status/gone").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void simulatedProvidersAreShownOnlyWhereThereIsNoOther() {
        String simulated = """
              - {name: sim, dialect: openai, base_url: builtin, keys: [sim]}
            """;
        String model = """
              - id: sim/echo
                price: {input: 0, output: 0}
                endpoints: [{provider: sim, model: sim/echo}]
            """;
        DatabaseUrl rows = TestDatabase.migrated();
        try (RunningGateway alone =
                RunningGateway.configured("providers:\n" + simulated + "models:\n" + model, rows, Map.of())) {
            assertThat(new Browser(alone.port()).get("/status").body())
                    .contains(">sim</a>", "Not asked lately", "No attempt in 90 days", "Nobody asked a provider");
        }
        try (RunningGateway both = RunningGateway.configured("""
            providers:
              - {name: real, dialect: openai, base_url: "http://127.0.0.1:1", keys: [k]}
            %smodels:
              - id: m
                price: {input: 0, output: 0}
                endpoints: [{provider: real, model: m}]
            %s""".formatted(simulated, model), rows, Map.of())) {
            Browser somebody = new Browser(both.port());
            assertThat(somebody.get("/status").body()).contains(">real</a>").doesNotContain(">sim</a>");
            String key = both.wallet(0).key();
            for (int i = 0; i < 6; i++) {
                both.chat(key, "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}");
            }
            assertThat(somebody.get("/status").body()).contains("Unavailable", "No provider that was asked lately");
        }
    }
}
