package ai.apertis.bench;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Somewhere to send requests to.
 *
 * @param name what the report calls it
 * @param port on the loopback interface, or of {@code host}
 * @param host where it listens
 * @param basePath path of the API, to which {@code /chat/completions} is added
 * @param key sent as bearer
 * @param model asked for
 * @param process whose CPU time and memory are its own, null when that cannot be known
 */
record Target(
        String name,
        String host,
        int port,
        String basePath,
        String key,
        String model,
        @Nullable Child process) {

    static Target local(String name, int port, String key, String model, @Nullable Child process) {
        return new Target(name, "127.0.0.1", port, "/v1", key, model, process);
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
                parts[2],
                parts[1],
                null);
    }
}
