package ai.apertis.search;

import ai.apertis.config.SearchConfig;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads what an engine answered, by the names that the configuration gives. */
final class SearchAnswer {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Engines mark the words that were looked for. */
    private static final Pattern MARKUP = Pattern.compile("</?(?:strong|b|em|mark)>");

    private final SearchConfig config;

    SearchAnswer(SearchConfig config) {
        this.config = config;
    }

    /** The sources, those without an http or https URL left out. */
    List<WebSource> read(byte[] body, int count, ContentLength length) {
        JsonNode results;
        try {
            results = JSON.readTree(body).at(config.results());
        } catch (IOException e) {
            throw new SearchFailure("its answer is no JSON");
        }
        List<WebSource> sources = new ArrayList<>();
        for (JsonNode result : results) {
            String url = result.path(config.link()).asText("");
            if (sources.size() < count && isWeb(url)) {
                sources.add(new WebSource(
                        ContentLength.cut(plain(result.path(config.title()).asText("")), ContentLength.TITLE_BYTES),
                        url,
                        ContentLength.cut(snippet(result, length), length.snippetBytes())));
            }
        }
        return sources;
    }

    private String snippet(JsonNode result, ContentLength length) {
        StringBuilder text =
                new StringBuilder(plain(result.path(config.snippet()).asText("")));
        if (length == ContentLength.FULL) {
            config.more().forEach(name -> append(text, result.path(name)));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, JsonNode more) {
        if (more.isArray()) {
            more.forEach(item -> append(text, item));
        } else if (more.isTextual()) {
            text.append(' ').append(plain(more.textValue()));
        }
    }

    private static String plain(String text) {
        return MARKUP.matcher(text).replaceAll("");
    }

    private static boolean isWeb(String url) {
        if (url.length() > ContentLength.URL_BYTES) {
            return false;
        }
        try {
            URI uri = new URI(url);
            return ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.toASCIIString().length() <= ContentLength.URL_BYTES;
        } catch (URISyntaxException notAUrl) {
            return false;
        }
    }
}
