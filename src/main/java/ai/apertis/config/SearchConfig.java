package ai.apertis.config;

import java.util.List;
import java.util.Optional;

/**
 * The web search: an engine that answers a GET with JSON.
 *
 * @param url where to ask, with {@code {query}} and {@code {count}} in it
 * @param key what it is asked with, empty for an engine that wants none
 * @param keyHeader the header that carries the key
 * @param results where in its answer the list of results is, as a JSON pointer
 * @param title the field of a result with its title
 * @param link the field with its URL
 * @param snippet the field with what the page says
 * @param more further fields, texts or lists of texts, for requests that want all there is
 * @param timeoutMillis how long a search may take
 */
public record SearchConfig(
        String url,
        Optional<Secret> key,
        String keyHeader,
        String results,
        String title,
        String link,
        String snippet,
        List<String> more,
        long timeoutMillis) {
    /** Copies the list. */
    public SearchConfig {
        more = List.copyOf(more);
    }
}
