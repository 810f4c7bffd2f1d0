package ai.apertis.console.open;

import ai.apertis.catalog.Model;
import ai.apertis.config.ModelKind;
import ai.apertis.console.open.Home.Snippet;
import java.util.List;

/** How a model is asked, by what it can be asked for. */
final class Snippets {
    private Snippets() {}

    static List<Snippet> of(String origin, Model model) {
        if (model.serves(ModelKind.CHAT)) {
            return Home.snippets(origin, model.id());
        }
        ModelKind kind = model.kinds().stream().sorted().findFirst().orElseThrow();
        String id = model.id();
        return List.of(
                switch (kind) {
                    case CHAT, COMPLETION -> curl(origin, "/v1/completions", id, "\"prompt\": \"Once upon a time\"");
                    case EMBEDDING -> curl(origin, "/v1/embeddings", id, "\"input\": \"Hello\"");
                    case RERANK ->
                        curl(origin, "/v1/rerank", id, "\"query\": \"tea\", \"documents\": [\"green tea\", \"a car\"]");
                    case MODERATION -> curl(origin, "/v1/moderations", id, "\"input\": \"Hello\"");
                    case IMAGE -> curl(origin, "/v1/images/generations", id, "\"prompt\": \"A teapot\"");
                    case SPEECH -> curl(origin, "/v1/audio/speech", id, "\"input\": \"Hello\", \"voice\": \"alloy\"");
                    case VIDEO -> curl(origin, "/v1/video/create", id, "\"prompt\": \"Steam over a teapot\"");
                    case TRANSCRIPTION -> new Snippet("curl", "curl", """
                        curl %s/v1/audio/transcriptions \\
                          -H "Authorization: Bearer $APERTIS_KEY" \\
                          -F model=%s -F file=@speech.mp3
                        """.formatted(origin, id), true);
                });
    }

    private static Snippet curl(String origin, String path, String model, String rest) {
        return new Snippet("curl", "curl", """
                curl %s%s \\
                  -H "Authorization: Bearer $APERTIS_KEY" \\
                  -H "Content-Type: application/json" \\
                  -d '{"model": "%s", %s}'
                """.formatted(origin, path, model, rest), true);
    }
}
