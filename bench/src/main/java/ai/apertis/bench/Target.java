package ai.apertis.bench;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Somewhere to send requests to.
 *
 * @param name what the report calls it
 * @param port on the loopback interface, or of {@code host}
 * @param host where it listens
 * @param basePath path of the API, to which that of the dialect is added
 * @param wire which dialect its clients speak
 * @param key sent as bearer
 * @param model asked for
 * @param process whose CPU time and memory are its own, null when that cannot be known
 */
record Target(
        String name,
        String host,
        int port,
        String basePath,
        Wire wire,
        String key,
        String model,
        @Nullable Child process) {

    /** A client's dialect. The same body asks in each. */
    enum Wire {
        /** OpenAI chat, which the mock provider speaks too: its bytes pass. */
        CHAT("/chat/completions", "[DONE]"),
        /** Anthropic's Messages: each chunk is translated. */
        MESSAGES("/messages", "message_stop");

        private final String path;
        private final String end;

        Wire(String path, String end) {
            this.path = path;
            this.end = end;
        }

        /** Where requests go, below the API's base. */
        String path() {
            return path;
        }

        /** What the end of a stream says. */
        String end() {
            return end;
        }
    }

    static Target local(String name, int port, String key, String model, @Nullable Child process) {
        return new Target(name, "127.0.0.1", port, "/v1", Wire.CHAT, key, model, process);
    }

    /** The same for clients of another dialect. */
    Target as(String otherName, Wire otherWire) {
        return new Target(otherName, host, port, basePath, otherWire, key, model, process);
    }

    /**
     * Another gateway, which somebody else started and set up to ask the mock provider.
     *
     * @param text base URL, model and key, with commas between them
     */
    static Target other(String text) {
        String[] parts = text.split(",", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("--other wants base-url,model,key");
        }
        URI uri = URI.create(parts[0]);
        return new Target(
                "other",
                uri.getHost(),
                uri.getPort() < 0 ? 80 : uri.getPort(),
                uri.getPath(),
                Wire.CHAT,
                parts[2],
                parts[1],
                null);
    }
}
