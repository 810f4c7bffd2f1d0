package ai.apertis.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which page of a list is shown.
 *
 * @param path of the list
 * @param query what else the address says
 * @param page from 1
 * @param pages how many there are
 */
public record Pager(String path, Map<String, String> query, int page, int pages) {
    /** Copies the query. */
    public Pager {
        query = Map.copyOf(query);
    }

    /**
     * The address of another page.
     *
     * @param other its number
     * @return path and query
     */
    public String link(int other) {
        String rest = query.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()) + "&")
                .collect(Collectors.joining());
        return path + "?" + rest + "page=" + other;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
