package ai.apertis.config;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/** Reads the section {@code web_search}. */
final class SearchReader {
    private static final int USD_DECIMALS = 9;
    private static final BigDecimal USUAL_PRICE = new BigDecimal("0.005");

    private SearchReader() {}

    /** The engine is off without a URL, and when a key is spoken of but not there. */
    static WebSearchConfig read(Value value) {
        try (Section search = value.section()) {
            Value url = search.at("url");
            Value key = search.at("key");
            Optional<Secret> secret = key.secret();
            SearchConfig engine = new SearchConfig(
                    url.optionalText().orElse(""),
                    secret,
                    search.at("key_header").optionalText().orElse("X-Subscription-Token"),
                    pointer(search.at("results")),
                    search.at("title").optionalText().orElse("title"),
                    search.at("link").optionalText().orElse("url"),
                    search.at("snippet").optionalText().orElse("description"),
                    search.at("more").texts(List.of("extra_snippets")),
                    search.at("timeout_ms").whole(5_000, 100, 10_000));
            BigDecimal price = search.at("price_usd").decimal(USUAL_PRICE, 1_000, USD_DECIMALS);
            if (!engine.url().isEmpty() && !isSearch(engine.url())) {
                url.problem("not an http or https URL with {query} in it: " + url.shown());
            }
            boolean on = !engine.url().isEmpty() && (secret.isPresent() || !key.present());
            return new WebSearchConfig(on ? Optional.of(engine) : Optional.empty(), price);
        }
    }

    private static String pointer(Value value) {
        String told = value.optionalText().orElse("/web/results");
        if (!told.startsWith("/")) {
            value.problem("a JSON pointer begins with '/': " + value.shown());
            return "";
        }
        return told;
    }

    private static boolean isSearch(String text) {
        if (!text.contains("{query}")) {
            return false;
        }
        try {
            URI uri = new URI(text.replace("{query}", "q").replace("{count}", "1"));
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null;
        } catch (URISyntaxException notAUrl) {
            return false;
        }
    }
}
