package ai.apertis.clients;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.dialect.Facts;
import ai.apertis.dialect.FactsReader;
import ai.apertis.dialect.Recording;
import ai.apertis.dialect.Sse;
import ai.apertis.upstream.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Every answer of a real provider, replayed behind a gateway: the SDK of each dialect reads it, the facts are those of the
 * recording, and so is the bill. What an SDK cannot read of answers that pass as they are is listed with the reason.
 */
final class RecordedAnswersSdkTest {
    /** Its deltas say other words than its finished items: it was shortened by hand. */
    private static final String CONTRADICTS_ITSELF = "openai-responses/v-openai-shell-container-1-s-971607.json";

    /** In their own dialect: reasoning in {@code reasoning_details}, arguments in {@code partialArgs}, which the SDKs pass on. */
    private static final Set<String> LEFT_IN_PIECES = Set.of(
            "openai-chat/test-snowflake-thinking-0-1f455a.json openai",
            "gemini/v-google-stream-tool-call-array-arguments-missing-terminal-fun-s-d4e267.json gemini");

    /** So many at once. */
    private static final int LANES = 4;

    private final Queue<String> differences = new ConcurrentLinkedQueue<>();

    @Test
    void areReadByEverySdk() throws Exception {
        List<Recording> recordings = Recording.all().stream()
                .filter(recording -> recording.succeeded() && !CONTRADICTS_ITSELF.equals(recording.file()))
                .toList();
        Queue<Recording> waiting = new ConcurrentLinkedQueue<>(recordings);
        ConcurrentSkipListSet<String> unread = new ConcurrentSkipListSet<>();
        List<FourProviders> lanes = FourProviders.lanes(LANES);
        try (ExecutorService threads = Executors.newFixedThreadPool(LANES)) {
            List<Future<?>> readers = new ArrayList<>();
            for (FourProviders lane : lanes) {
                readers.add(threads.submit(() -> read(waiting, lane, unread)));
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
        } finally {
            lanes.reversed().forEach(FourProviders::close);
        }
        assertThat(differences).isEmpty();
        assertThat(String.join("\n", unread) + "\n").isEqualTo(listed());
    }

    private void read(Queue<Recording> waiting, FourProviders all, Set<String> unread) {
        for (Recording recording = waiting.poll(); recording != null; recording = waiting.poll()) {
            all.upstream.answer(reply(recording));
            for (Sdk sdk : all.sdks) {
                try {
                    look(recording, sdk, all);
                } catch (RuntimeException e) {
                    String reason =
                            String.valueOf(e.getMessage()).lines().findFirst().orElse("");
                    unread.add(recording.file() + " " + sdk.dialect().configName() + ": " + shortened(reason));
                }
            }
        }
    }

    private void look(Recording recording, Sdk sdk, FourProviders all) {
        Facts expected = recording.streamed()
                ? FactsReader.stream(recording.dialect(), Sse.data(recording.stream()))
                : FactsReader.answer(recording.dialect(), recording.answer());
        String way = recording.file() + " " + sdk.dialect().configName();
        Prompt prompt = Prompt.of(all.model(recording.dialect()));
        boolean translated = sdk.dialect() != recording.dialect();
        Facts seen = recording.streamed() ? sdk.stream(prompt) : sdk.ask(prompt, translated);
        // In its own dialect a client sees the provider's own way of counting; the bill knows better.
        boolean same =
                translated ? expected.equals(seen) : expected.withoutTokens().equals(seen.withoutTokens());
        if (!same && !LEFT_IN_PIECES.contains(way)) {
            differences.add(way + "\n  expected " + expected + "\n  but seen " + seen);
        }
        List<Long> bill = all.bill();
        if (!expected.tokens().isEmpty() && !bill.subList(0, 3).equals(expected.tokens())) {
            differences.add(way + "\n  tokens " + expected.tokens() + "\n  but billed " + bill);
        }
    }

    private static String shortened(String reason) {
        return reason.substring(0, Math.min(80, reason.length())).strip();
    }

    private static Reply reply(Recording recording) {
        return recording.streamed()
                ? Reply.events(new String(recording.stream(), StandardCharsets.UTF_8))
                : Reply.json(200, new String(recording.answerBytes(), StandardCharsets.UTF_8));
    }

    private static String listed() {
        try (var in = RecordedAnswersSdkTest.class.getResourceAsStream("/dialects/unread-by-sdks.txt")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
