package ai.apertis.clients;

import ai.apertis.RunningGateway;
import ai.apertis.RunningGateway.Wallet;
import ai.apertis.config.DialectName;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A gateway before one provider that speaks all four dialects, and the SDKs of all four as its clients. Several may share the
 * gateway, each before a provider of its own and with an account of its own, so that they can be used at the same time.
 */
final class FourProviders implements AutoCloseable {
    /** The prices of every model, in nano-USD per token. */
    static final long INPUT = 1_000;

    static final long OUTPUT = 2_000;
    static final long CACHED = 100;

    final ReplayUpstream upstream;
    private final RunningGateway gateway;
    private final Wallet wallet;
    private final Connection ledger;
    private final int lane;
    private final Runnable afterwards;
    final List<Sdk> sdks;

    private FourProviders(ReplayUpstream upstream, RunningGateway gateway, int lane, Runnable afterwards) {
        this.upstream = upstream;
        this.gateway = gateway;
        this.wallet = gateway.wallet(1_000_000_000_000L);
        this.ledger = openLedger();
        this.lane = lane;
        this.afterwards = afterwards;
        String base = gateway.baseUrl();
        String root = base.substring(0, base.length() - "/v1".length());
        sdks = List.of(
                new ChatSdk(base, wallet.key()),
                new ResponsesSdk(base, wallet.key()),
                new MessagesSdk(root, wallet.key()),
                new GeminiSdk(root, "v1beta", wallet.key()));
    }

    /**
     * Some that share a gateway.
     *
     * @param count how many
     * @return to be closed together, the first last
     */
    static List<FourProviders> lanes(int count) {
        Vertx vertx = Vertx.vertx();
        List<ReplayUpstream> upstreams = Stream.generate(() -> new ReplayUpstream(vertx, Reply.json(500, "{}")))
                .limit(count)
                .toList();
        RunningGateway gateway = RunningGateway.configured(yaml(upstreams));
        return IntStream.range(0, count)
                .mapToObj(lane -> new FourProviders(upstreams.get(lane), gateway, lane, () -> {
                    if (lane == 0) {
                        gateway.close();
                        RunningGateway.await(vertx.close());
                    }
                }))
                .toList();
    }

    /** The model that its provider serves in a dialect. */
    String model(DialectName provider) {
        return name("by-" + provider.configName(), lane);
    }

    private static String name(String name, int lane) {
        return lane == 0 ? name : name + "-" + lane;
    }

    /** Names that the SDKs know, because they look at them. */
    static String upstreamModel(DialectName provider) {
        return switch (provider) {
            case OPENAI, OPENAI_RESPONSES -> "gpt-5.2";
            case ANTHROPIC -> "claude-sonnet-4-5";
            case GEMINI -> "gemini-2.5-pro";
        };
    }

    private static String yaml(List<ReplayUpstream> upstreams) {
        StringBuilder providers =
                new StringBuilder("limits: {requests_per_address: 0, requests_per_key_per_minute: 0}\nproviders:\n");
        StringBuilder models = new StringBuilder("models:\n");
        for (int lane = 0; lane < upstreams.size(); lane++) {
            for (DialectName dialect : DialectName.values()) {
                boolean openai = dialect == DialectName.OPENAI || dialect == DialectName.OPENAI_RESPONSES;
                providers.append(
                        "  - {name: %s, dialect: %s, base_url: \"%s%s\", keys: [provider-secret-1234567890], stops_billing_on_cancel: true%s}%n"
                                .formatted(
                                        name(dialect.configName(), lane),
                                        dialect.configName(),
                                        upstreams.get(lane).baseUrl(),
                                        openai ? "/v1" : "",
                                        dialect == DialectName.OPENAI
                                                ? ", quirks: {max_tokens_name: max_completion_tokens, repeats_reasoning: true}"
                                                : ""));
                models.append("""
                          - id: %s
                            price: {input: 1, output: 2, cache_read: 0.1}
                            context_length: 1000000
                            max_output: 64000
                            endpoints: [{provider: %s, model: %s}]
                        """.formatted(
                                name("by-" + dialect.configName(), lane),
                                name(dialect.configName(), lane),
                                upstreamModel(dialect)));
            }
        }
        return providers.append(models).toString();
    }

    /** What the latest request was charged for: prompt, cached and answered tokens, and nano-USD. */
    List<Long> bill() {
        String sql =
                "SELECT input_tokens + cache_read_tokens + cache_write_tokens + audio_input_tokens, cache_read_tokens,"
                        + " output_tokens + audio_output_tokens, cost_nano FROM charge WHERE account_id = "
                        + wallet.account() + " ORDER BY at DESC, request_id DESC LIMIT 1";
        try (Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return List.of(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many requests were charged. */
    long charged() {
        return TestDatabase.number(
                gateway.database(),
                "SELECT count(*) FROM charge WHERE cost_nano > 0 AND account_id = " + wallet.account());
    }

    @Override
    public void close() {
        sdks.forEach(Sdk::close);
        upstream.close();
        closeLedger();
        afterwards.run();
    }

    private Connection openLedger() {
        try {
            Connection connection = TestDatabase.connect(gateway.database());
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET search_path = apertis, public");
            }
            return connection;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void closeLedger() {
        try {
            ledger.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
