package ai.apertis.sim;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The simulated models. */
enum SimModel {
    /** Answers with the text of the last message of the user, word by word. */
    ECHO("sim/echo"),
    /** Answers with the first words of the last message of the user. */
    BRIEF("sim/brief"),
    /** Calls a declared tool, then answers with its result. */
    TOOLS("sim/tools"),
    /** Answers with as many words, as late and as fast as the request says. */
    SLOW("sim/slow"),
    /** Always refuses with 429. */
    FLAKY_429("sim/flaky-429"),
    /** Always fails with 500. */
    FLAKY_500("sim/flaky-500"),
    /** Echoes, but resets the connection in the middle. */
    FLAKY_RESET("sim/flaky-reset"),
    /** Accepts the request and never answers. */
    FLAKY_HANG("sim/flaky-hang");

    private static final Map<String, SimModel> BY_ID = new HashMap<>();

    static {
        for (SimModel model : values()) {
            BY_ID.put(model.id, model);
        }
    }

    private final String id;

    SimModel(String id) {
        this.id = id;
    }

    /** The name in requests and answers. */
    String id() {
        return id;
    }

    /** The model of a name, null when there is none. */
    static @Nullable SimModel byId(String id) {
        return BY_ID.get(id);
    }
}
