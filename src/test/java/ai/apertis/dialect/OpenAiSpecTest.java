package ai.apertis.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ClientRequest.Target;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds what becomes of other dialects in OpenAI's against OpenAI's own description. */
class OpenAiSpecTest {
    /**
     * What is no fault: nulls that OpenAI itself answers, an item of the input that fits two of its forms, and a limit of
     * tokens that is for the provider to refuse.
     */
    private static final Pattern NO_FAULT = Pattern.compile(".*/(user|usage): null found, .* expected"
            + "|.*must be valid to one and only one schema, but [2-9] are valid.*"
            + "|/input: (array found, string expected|must be valid to one and only one schema.*)"
            + "|/max_output_tokens: .*");

    private static OpenAiSpec spec;

    @BeforeAll
    static void read() {
        spec = OpenAiSpec.open();
    }

    @Test
    void everyRecordedAnswerBecomesAValidResponse() throws IOException {
        Map<String, String> problems = new TreeMap<>();
        Dialect client = Spoken.DIALECTS.of(DialectName.OPENAI_RESPONSES);
        ChatRequest request = Asked.minimal(DialectName.OPENAI_RESPONSES, false);
        for (Recording recording : answers(DialectName.OPENAI_RESPONSES, false)) {
            ChatAnswer answer =
                    Spoken.DIALECTS.of(recording.dialect()).answerDecoder().decode(recording.answerBytes());
            JsonNode json = Recording.JSON.readTree(client.answerEncoder().encode(answer, request));
            add(problems, recording, spec.problems("Response", json));
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void everyRecordedStreamBecomesValidEvents() throws IOException {
        Map<String, String> problems = new TreeMap<>();
        Dialect client = Spoken.DIALECTS.of(DialectName.OPENAI_RESPONSES);
        ChatRequest request = Asked.minimal(DialectName.OPENAI_RESPONSES, true);
        for (Recording recording : answers(DialectName.OPENAI_RESPONSES, true)) {
            List<ChatEvent> events = Sse.decode(
                    Spoken.DIALECTS.of(recording.dialect()).streamDecoder().get(), recording.stream());
            Set<String> seen = new HashSet<>();
            for (JsonNode event : Sse.data(Sse.encode(client.streamEncoder().apply(request), events))) {
                // Deltas are many and alike.
                if (seen.add(event.path("type").asText()) || event.has("response")) {
                    add(problems, recording, spec.eventProblems(event));
                }
            }
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void everyRecordedRequestBecomesAValidRequest() throws IOException {
        Map<String, String> problems = new TreeMap<>();
        for (DialectName provider : List.of(DialectName.OPENAI_RESPONSES, DialectName.OPENAI)) {
            String schema = provider == DialectName.OPENAI ? "CreateChatCompletionRequest" : "CreateResponse";
            for (Recording recording : Recording.all()) {
                if (recording.dialect() == provider || !recording.request().isObject()) {
                    continue;
                }
                try {
                    ChatRequest request = Spoken.DIALECTS
                            .of(recording.dialect())
                            .requestDecoder()
                            .decode(Recording.JSON.writeValueAsBytes(Normal.withModel(recording)));
                    Target target = new Target(provider, "m", -1, 4_096, true, Quirks.NONE);
                    byte[] bytes = Spoken.DIALECTS.of(provider).requestEncoder().encode(request, target);
                    JsonNode json = Recording.JSON.readTree(bytes);
                    // The description knows no sound in the Responses API, though the service takes it.
                    if (json.findValue("input_audio") == null) {
                        add(problems, recording, spec.problems(schema, json));
                    }
                } catch (ApiException refused) {
                    // Which are refused and why is told in RecordedRequestsTest.
                    assertThat(refused.error().status()).isEqualTo(400);
                }
            }
        }
        assertThat(problems).isEmpty();
    }

    private static void add(Map<String, String> problems, Recording recording, Set<String> found) {
        found.stream()
                .filter(problem -> !NO_FAULT.matcher(problem).matches())
                .forEach(problem -> problems.putIfAbsent(problem, recording.file()));
    }

    private static List<Recording> answers(DialectName client, boolean streamed) {
        return Recording.all().stream()
                .filter(recording ->
                        recording.succeeded() && recording.streamed() == streamed && recording.dialect() != client)
                .toList();
    }
}
