package ai.apertis.clients;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.clients.Prompt.Wish;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.Facts;
import ai.apertis.upstream.ReplayUpstream.Received;
import ai.apertis.upstream.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The SDKs of four dialects at providers of four dialects, all that people do with them, as a table in docs/dialects.md. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("load")
final class SdkMatrixTest {
    private static final String HEADING = "### SDKs by providers\n";

    private static final List<String> FAILURES = new ArrayList<>();

    private static FourProviders all;

    /** What is tried. */
    private enum Trial {
        PLAIN,
        STREAM,
        TOOLS,
        PARALLEL_TOOLS_STREAMED,
        IMAGE,
        DOCUMENT,
        JSON_SCHEMA,
        REASONING,
        REPLAY,
        STOP_AND_LENGTH,
        ERRORS,
        ABORT;

        String title() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ').replace("json", "JSON");
        }
    }

    @BeforeAll
    static void start() {
        all = FourProviders.lanes(1).getFirst();
    }

    @AfterAll
    static void stop() {
        all.close();
    }

    @Test
    void isTheTableOfTheDocument() throws IOException {
        StringBuilder table = new StringBuilder("| SDK | provider |");
        List.of(Trial.values())
                .forEach(trial -> table.append(' ').append(trial.title()).append(" |"));
        table.append("\n| --- | --- |")
                .append(" --- |".repeat(Trial.values().length))
                .append('\n');
        for (Sdk sdk : all.sdks) {
            for (DialectName provider : DialectName.values()) {
                table.append("| `%s` | `%s` |".formatted(sdk.dialect().configName(), provider.configName()));
                for (Trial trial : Trial.values()) {
                    table.append(' ').append(cell(trial, sdk, provider)).append(" |");
                }
                table.append('\n');
            }
        }
        assertThat(FAILURES).isEmpty();
        Files.writeString(Path.of("target/sdk-matrix.md"), table);
        String doc = Files.readString(Path.of("docs/dialects.md"));
        int from = doc.indexOf(HEADING);
        assertThat(from).isPositive();
        assertThat(doc.substring(from)).contains(table);
    }

    private static String cell(Trial trial, Sdk sdk, DialectName provider) throws IOException {
        String model = all.model(provider);
        try {
            return switch (trial) {
                case PLAIN -> said(sdk, provider, Prompt.of(model, Wish.SYSTEM), Said.text("Sun."), false);
                case STREAM -> said(sdk, provider, Prompt.of(model, Wish.SYSTEM), Said.text("Sun."), true);
                case TOOLS -> said(sdk, provider, Prompt.of(model, Wish.TOOLS), Said.calls(1), false);
                case PARALLEL_TOOLS_STREAMED -> said(sdk, provider, Prompt.of(model, Wish.TOOLS), Said.calls(2), true);
                case IMAGE -> said(sdk, provider, Prompt.of(model, Wish.IMAGE), Said.text("A dot."), false);
                case DOCUMENT -> said(sdk, provider, Prompt.of(model, Wish.DOCUMENT), Said.text("Facts."), false);
                case JSON_SCHEMA ->
                    said(sdk, provider, Prompt.of(model, Wish.SCHEMA), Said.text("as the schema says"), false);
                case REASONING ->
                    said(sdk, provider, Prompt.of(model, Wish.THINKING), new Said(true, "Sun.", 0, "END"), true);
                case REPLAY -> replay(sdk, provider, model);
                case STOP_AND_LENGTH -> endings(sdk, provider, model);
                case ERRORS -> errors(sdk, provider, model);
                case ABORT -> abort(sdk, provider, model);
            };
        } catch (AssertionError | RuntimeException e) {
            FAILURES.add(trial + " " + sdk.dialect() + " at " + provider + ": " + e);
            return "no";
        }
    }

    private static String said(Sdk sdk, DialectName provider, Prompt prompt, Said answer, boolean streamed)
            throws IOException {
        all.upstream.answer(streamed ? answer.stream(provider) : answer.plain(provider));
        Facts seen = streamed ? sdk.stream(prompt) : sdk.ask(prompt, true);
        String body = heard(provider);
        assertThat(body).contains(Prompt.TEXT);
        prompt.wishes()
                .forEach(wish -> traces(wish).forEach(trace -> assertThat(body).contains(trace)));
        expect(seen, answer);
        return "yes";
    }

    private static List<String> traces(Wish wish) {
        return switch (wish) {
            case SYSTEM -> List.of(Prompt.SYSTEM);
            case IMAGE -> List.of("image/png", Prompt.base64(Prompt.IMAGE));
            case DOCUMENT -> List.of("application/pdf", Prompt.base64(Prompt.PDF));
            case TOOLS -> List.of(Prompt.TOOL, Prompt.TOOL_DESCRIPTION, "\"city\"", "Its name.");
            case SCHEMA -> List.of("\"sky\"", "\"degrees\"");
            case THINKING -> List.of();
            case STOP -> List.of(Prompt.STOP);
        };
    }

    private static void expect(Facts seen, Said said) {
        assertThat(seen.text()).isEqualTo(said.text());
        assertThat(seen.reasoning()).isEqualTo(said.reasons() ? Said.REASONING : "");
        assertThat(seen.calls())
                .isEqualTo(IntStream.range(0, said.calls())
                        .mapToObj(i ->
                                new Facts.Call(Prompt.TOOL, Prompt.json("{\"city\":\"" + Said.CITIES.get(i) + "\"}")))
                        .toList());
        assertThat(seen.stop()).isEqualTo(said.stop().equals("LENGTH") ? "length" : said.calls() > 0 ? "tools" : "end");
        assertThat(seen.tokens()).isEqualTo(Said.TOKENS);
        assertThat(all.bill()).containsExactly(120L, 20L, 30L, Said.COST);
    }

    private static String heard(DialectName provider) throws IOException {
        Received last = all.upstream.received().getLast();
        Heard.valid(provider, last.body());
        return last.body();
    }

    private static String replay(Sdk sdk, DialectName provider, String model) throws IOException {
        Said answer = Said.text("Sun in Oslo, rain in Rome.");
        all.upstream.answer(new Said(true, "Let me look.", 2, "END").plain(provider), answer.plain(provider));
        Facts seen = sdk.goOn(Prompt.of(model, Wish.TOOLS, Wish.THINKING), List.of("sun at 31", "rain at 12"));
        expect(seen, answer);
        String body = heard(provider);
        assertThat(body).contains("Let me look.", "Oslo", "Rome", "sun at 31", "rain at 12");
        boolean sealed = body.contains(Said.SEAL) || (provider == DialectName.OPENAI && body.contains(Said.REASONING));
        return sealed ? "yes" : "yes, reasoning left out";
    }

    private static String endings(Sdk sdk, DialectName provider, String model) throws IOException {
        Said cut = new Said(false, "Sun", 0, "LENGTH");
        all.upstream.answer(cut.plain(provider));
        expect(sdk.ask(new Prompt(model, List.of(), 77), true), cut);
        assertThat(heard(provider)).contains("77");
        if (sdk.dialect() == DialectName.OPENAI_RESPONSES) {
            return "length; has no stop";
        }
        Prompt stopping = Prompt.of(model, Wish.STOP);
        if (provider == DialectName.OPENAI_RESPONSES) {
            assertThat(sdk.refused(stopping).status()).isEqualTo(400);
            assertThat(sdk.refused(stopping).message()).containsIgnoringCase("stop");
            return "length; stop is a 400";
        }
        return said(sdk, provider, stopping, new Said(false, "Sun", 0, "STOP"), false);
    }

    private static String errors(Sdk sdk, DialectName provider, String model) {
        long before = all.charged();
        all.upstream.answer(Said.error(provider, 400, "no such field: sky"));
        Sdk.Refusal bad = sdk.refused(Prompt.of(model));
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.message()).contains("no such field: sky");
        all.upstream.answer(Said.error(provider, 429, "too many"));
        Sdk.Refusal busy = sdk.refused(Prompt.of(model));
        assertThat(busy.status()).isEqualTo(429);
        boolean google = sdk.dialect() == DialectName.GEMINI;
        assertThat(List.of(bad.type(), busy.type()))
                .isEqualTo(
                        google
                                ? List.of("ClientException", "ClientException")
                                : List.of("BadRequestException", "RateLimitException"));
        assertThat(all.charged()).isEqualTo(before);
        return "yes";
    }

    private static String abort(Sdk sdk, DialectName provider, String model) {
        long before = all.charged();
        Reply slow = Said.text("Sun and more sun.").stream(provider);
        all.upstream.answer(slow.chopped(slow.body().length() * 2 / 3).withPauses(100));
        sdk.leave(Prompt.of(model));
        Awaitility.await().until(() -> all.charged() == before + 1);
        return "yes";
    }
}
