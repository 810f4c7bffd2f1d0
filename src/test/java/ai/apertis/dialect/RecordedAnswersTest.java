package ai.apertis.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers of real providers, read by the decoders and carried into every other dialect: the facts stay the same. */
final class RecordedAnswersTest {
    /** Its deltas say other words than its finished items: it was shortened by hand. */
    private static final String CONTRADICTS_ITSELF = "openai-responses/v-openai-shell-container-1-s-971607.json";

    @Test
    void everyRecordedAnswerIsReadAsItIs() {
        List<String> differences = new ArrayList<>();
        int read = 0;
        for (Recording recording : answers()) {
            read++;
            compare(recording.file(), expected(recording), decoded(recording), differences);
        }
        assertThat(differences).isEmpty();
        assertThat(read).isGreaterThan(350);
    }

    @Test
    void everyRecordedAnswerKeepsItsFactsInEveryDialect() throws IOException {
        List<String> differences = new ArrayList<>();
        for (Recording recording : answers()) {
            Dialect provider = Spoken.DIALECTS.of(recording.dialect());
            for (Dialect client : Spoken.DIALECTS.all()) {
                String way = recording.file() + " to " + client.name();
                ChatRequest request = Asked.minimal(client.name(), recording.streamed());
                if (recording.streamed()) {
                    List<ChatEvent> events = Sse.decode(provider.streamDecoder().get(), recording.stream());
                    byte[] stream = Sse.encode(client.streamEncoder().apply(request), events);
                    Facts seen = FactsReader.stream(client.name(), Sse.data(stream));
                    compare(way, expected(recording), seen, differences);
                    Facts again = Facts.of(Sse.decode(client.streamDecoder().get(), stream));
                    compare(way + " and back", expected(recording), again, differences);
                } else {
                    ChatAnswer answer = provider.answerDecoder().decode(recording.answerBytes());
                    byte[] bytes = client.answerEncoder().encode(answer, request);
                    Facts seen = FactsReader.answer(client.name(), Recording.JSON.readTree(bytes));
                    compare(way, expected(recording), seen, differences);
                    Facts again = Facts.of(client.answerDecoder().decode(bytes));
                    compare(way + " and back", expected(recording), again, differences);
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private static List<Recording> answers() {
        return Recording.all().stream()
                .filter(recording -> recording.succeeded() && !CONTRADICTS_ITSELF.equals(recording.file()))
                .toList();
    }

    /** A stream that failed tells its client no usage. */
    private static void compare(String what, Facts expected, Facts seen, List<String> differences) {
        boolean failed = expected.stop().equals("failed");
        Facts told = failed ? expected.withoutTokens() : expected;
        if (!told.equals(failed ? seen.withoutTokens() : seen)) {
            differences.add(what + "\n  expected " + told + "\n  but seen " + seen);
        }
    }

    private static Facts expected(Recording recording) {
        return recording.streamed()
                ? FactsReader.stream(recording.dialect(), Sse.data(recording.stream()))
                : FactsReader.answer(recording.dialect(), recording.answer());
    }

    private static Facts decoded(Recording recording) {
        Dialect dialect = Spoken.DIALECTS.of(recording.dialect());
        return recording.streamed()
                ? Facts.of(Sse.decode(dialect.streamDecoder().get(), recording.stream()))
                : Facts.of(dialect.answerDecoder().decode(recording.answerBytes()));
    }
}
