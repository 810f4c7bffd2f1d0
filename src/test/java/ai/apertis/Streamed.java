package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.DialectName;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;

/** What a client of each dialect makes of a stream. */
final class Streamed {
    private Streamed() {}

    /** The events that are JSON, of an answer with status 200. */
    static List<JsonNode> events(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body()
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> RunningGateway.json(line.substring(6)))
                .toList();
    }

    /** The text that they bring. */
    static String text(DialectName client, List<JsonNode> events) {
        StringBuilder text = new StringBuilder();
        for (JsonNode event : events) {
            text.append(
                    switch (client) {
                        case OPENAI -> event.at("/choices/0/delta/content").asText("");
                        case OPENAI_RESPONSES ->
                            event.path("type").asText().equals("response.output_text.delta")
                                    ? event.path("delta").asText()
                                    : "";
                        case GEMINI ->
                            event.at("/candidates/0/content/parts/0/text").asText("");
                        case ANTHROPIC -> event.at("/delta/text").asText("");
                    });
        }
        return text.toString();
    }
}
