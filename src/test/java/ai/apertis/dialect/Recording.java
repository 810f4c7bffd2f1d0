package ai.apertis.dialect;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.apertis.config.DialectName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A recorded exchange with a real provider. */
public record Recording(String file, DialectName dialect, JsonNode json) {
    public static final JsonMapper JSON = new JsonMapper();

    private static final Map<String, DialectName> FOLDERS = Map.of(
            "openai-chat", DialectName.OPENAI,
            "openai-responses", DialectName.OPENAI_RESPONSES,
            "anthropic", DialectName.ANTHROPIC,
            "gemini", DialectName.GEMINI);

    /** All recordings of chat dialects; the test is skipped where the folder is absent. */
    public static List<Recording> all() {
        String told = System.getProperty("APERTIS_SHARED", System.getenv().getOrDefault("APERTIS_SHARED", "../shared"));
        Path root = Path.of(told, "recordings");
        assumeTrue(Files.isDirectory(root), "no recordings at " + root);
        List<Recording> all = new ArrayList<>();
        FOLDERS.forEach((folder, dialect) -> {
            if (Spoken.DIALECTS.all().stream().noneMatch(d -> d.name() == dialect)) {
                return;
            }
            try (Stream<Path> files = Files.list(root.resolve(folder))) {
                for (Path file : files.sorted().toList()) {
                    all.add(new Recording(
                            folder + "/" + file.getFileName(), dialect, JSON.readTree(Files.readAllBytes(file))));
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        return all;
    }

    public JsonNode request() {
        return json.path("request").path("body");
    }

    public String host() {
        return json.path("host").asText();
    }

    public boolean streamed() {
        return json.path("response").path("sse").isTextual();
    }

    public boolean succeeded() {
        return json.path("response").path("status").asInt() == 200;
    }

    public JsonNode answer() {
        return json.path("response").path("body");
    }

    public byte[] answerBytes() {
        try {
            return JSON.writeValueAsBytes(answer());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The stream, cut after its first answer: some files hold several, one after the other. */
    public byte[] stream() {
        String sse = json.path("response").path("sse").textValue();
        for (String end : List.of("{\"type\":\"message_stop\"}\n\n", "data: [DONE]\n\n")) {
            int at = sse.indexOf(end);
            sse = at < 0 ? sse : sse.substring(0, at + end.length());
        }
        int completed = sse.indexOf("\ndata: {\"type\":\"response.completed\"");
        if (completed >= 0) {
            int end = sse.indexOf('\n', completed + 1);
            sse = end < 0 ? sse : sse.substring(0, end) + "\n\n";
        }
        return sse.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return file;
    }
}
