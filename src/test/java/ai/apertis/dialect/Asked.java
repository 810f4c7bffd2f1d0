package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import java.util.List;
import java.util.Map;

/** Requests for tests of answers. */
final class Asked {
    private Asked() {}

    static ChatRequest minimal(DialectName dialect, boolean stream) {
        Message hello = new Message(Role.USER, List.of(new Part.Text("Hello")), null, Extras.NONE);
        Sampling sampling = new Sampling(null, null, null, null, List.of(), null, null, null, null, null, null, null);
        return new ChatRequest(
                dialect,
                "a-model",
                List.of(hello),
                List.of(),
                null,
                null,
                sampling,
                Thinking.UNTOLD,
                null,
                null,
                stream,
                true,
                null,
                Map.of(),
                null,
                Extras.NONE);
    }
}
