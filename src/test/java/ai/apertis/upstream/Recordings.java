package ai.apertis.upstream;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Recorded exchanges with real providers, one JSON file each, listed in {@code index.tsv}. They lie beside the repository
 * in {@code ../shared/recordings}; the system property {@code apertis.shared} or the variable {@code APERTIS_SHARED} names
 * another place than {@code ../shared}.
 */
public final class Recordings {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final List<Entry> index;

    private Recordings(Path folder, List<Entry> index) {
        this.folder = folder;
        this.index = index;
    }

    /**
     * A line of the index.
     *
     * @param file path below the folder
     * @param dialect for instance {@code openai-chat}
     * @param host the provider's host
     * @param model the model asked for
     * @param stream whether the answer is a stream
     * @param status the HTTP status
     * @param features for instance {@code tools}, {@code tool-call}, {@code reasoning}, {@code response-only}
     */
    public record Entry(
            String file, String dialect, String host, String model, boolean stream, int status, Set<String> features) {
        @Override
        public String toString() {
            return file;
        }
    }

    /**
     * A recorded exchange.
     *
     * @param entry its line of the index
     * @param request {@code method}, {@code path}, {@code headers}, {@code body}; JSON null when only the answer was recorded
     * @param headers headers of the answer, names in lower case
     * @param body the answer: the raw stream, or a JSON body
     */
    public record Recording(Entry entry, JsonNode request, Map<String, String> headers, String body) {}

    /**
     * Opens the folder, or skips the test where there is none.
     *
     * @return the recordings
     */
    public static Recordings open() {
        Path folder = shared().resolve("recordings").toAbsolutePath().normalize();
        assumeTrue(Files.isDirectory(folder), () -> "no recordings of providers at " + folder);
        try (Stream<String> lines = Files.lines(folder.resolve("index.tsv"))) {
            return new Recordings(folder, lines.skip(1).map(Recordings::entry).toList());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * The exchanges that fit.
     *
     * @param wanted which ones
     * @return in the order of the index
     */
    public List<Entry> list(Predicate<Entry> wanted) {
        return index.stream().filter(wanted).toList();
    }

    /**
     * Reads one.
     *
     * @param entry a line of the index
     * @return the exchange
     */
    public Recording load(Entry entry) {
        try {
            JsonNode root = JSON.readTree(Files.readString(folder.resolve(entry.file()), StandardCharsets.UTF_8));
            JsonNode response = root.get("response");
            Map<String, String> headers = new HashMap<>();
            response.get("headers")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asText()));
            JsonNode stream = response.path("sse");
            String body = stream.isMissingNode() ? response.path("body").toString() : stream.asText();
            return new Recording(entry, root.path("request"), headers, body);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path shared() {
        String place = System.getProperty("apertis.shared", System.getenv("APERTIS_SHARED"));
        return Path.of(Objects.requireNonNullElse(place, "../shared"));
    }

    private static Entry entry(String line) {
        String[] fields = line.split("\t", -1);
        return new Entry(
                fields[0],
                fields[1],
                fields[2],
                fields[3],
                fields[4].equals("stream"),
                Integer.parseInt(fields[5]),
                fields[6].isEmpty() ? Set.of() : Set.of(fields[6].split(",")));
    }
}
