package ai.apertis.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ClientRequest.Target;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Requests that real clients sent, read and written again. */
final class RecordedRequestsTest {
    @Test
    void everyRecordedRequestIsTheSameAfterTheWayThroughTheCanonicalForm() throws IOException {
        List<String> differences = new ArrayList<>();
        for (Recording recording : requests()) {
            Dialect dialect = Spoken.DIALECTS.of(recording.dialect());
            ChatRequest request = decode(recording);
            JsonNode written = Recording.JSON.readTree(dialect.requestEncoder().encode(request, target(recording)));
            JsonNode before = Normal.form(recording.dialect(), recording.request());
            JsonNode after = Normal.form(recording.dialect(), written);
            if (!before.equals(after)) {
                differences.add(recording.file() + "\n  " + Normal.difference("", before, after));
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void everyRecordedRequestReachesEveryOtherDialectOrIsRefusedForAListedReason() throws IOException {
        TreeMap<String, String> refused = new TreeMap<>();
        List<String> differences = new ArrayList<>();
        for (Recording recording : requests()) {
            for (Dialect provider : Spoken.DIALECTS.all()) {
                if (provider.name() == recording.dialect()) {
                    continue;
                }
                ChatRequest request = decode(recording);
                String way = recording.file() + " " + provider.name().configName();
                try {
                    Target target = new Target(provider.name(), "m", -1, 4_096, true, Quirks.NONE);
                    byte[] bytes = provider.requestEncoder().encode(request, target);
                    ChatRequest again = provider.requestDecoder().decode(bytes);
                    compare(way, request, again, differences);
                } catch (ApiException e) {
                    assertThat(e.error().status()).as(way).isEqualTo(400);
                    refused.put(way, Objects.requireNonNullElse(e.error().param(), e.getMessage()));
                }
            }
        }
        assertThat(differences).isEmpty();
        StringBuilder list = new StringBuilder();
        refused.forEach(
                (way, param) -> list.append(way).append(' ').append(param).append('\n'));
        assertThat(list.toString()).isEqualTo(listed());
    }

    /** Words, calls and results must all arrive, in their order; only Chat has none between a turn's words and calls. */
    private static void compare(String way, ChatRequest before, ChatRequest after, List<String> differences) {
        List<String> said = Normal.said(before);
        List<String> heard = Normal.said(after);
        if (after.dialect() == DialectName.OPENAI) {
            Collections.sort(said);
            Collections.sort(heard);
        }
        if (!said.equals(heard)) {
            differences.add(way + "\n  said  " + said + "\n  heard " + heard);
        }
    }

    private static ChatRequest decode(Recording recording) throws IOException {
        return Spoken.DIALECTS
                .of(recording.dialect())
                .requestDecoder()
                .decode(Recording.JSON.writeValueAsBytes(Normal.withModel(recording)));
    }

    private static Target target(Recording recording) {
        String model = Normal.withModel(recording).path("model").asText();
        Quirks.Effort effort = switch (recording.host()) {
            case "openrouter.ai" -> Quirks.Effort.REASONING;
            case "api.z.ai" -> Quirks.Effort.THINKING;
            default -> Quirks.Effort.REASONING_EFFORT;
        };
        Quirks quirks = new Quirks(
                Set.of(),
                "max_tokens",
                "developer",
                "reasoning_content",
                "required",
                Quirks.StreamUsage.ASKED,
                effort,
                true,
                true,
                false,
                Quirks.Prefill.NONE);
        return new Target(recording.dialect(), model, -1, 4_096, true, quirks);
    }

    private static List<Recording> requests() {
        return Recording.all().stream()
                .filter(recording -> recording.request().isObject())
                .toList();
    }

    private static String listed() throws IOException {
        try (var in = RecordedRequestsTest.class.getResourceAsStream("/dialects/refused-recordings.txt")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
