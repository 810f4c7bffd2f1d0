package ai.apertis.search;

import io.vertx.core.Future;
import java.util.List;

/** A search engine. */
@FunctionalInterface
public interface WebSearch {
    /**
     * Looks for pages.
     *
     * @param query what to look for, one line of at most 400 characters and 50 words
     * @param count how many pages, from 1 to 10
     * @param length how much of each
     * @return the best first, at most {@code count}; fails when the engine does
     */
    Future<List<WebSource>> search(String query, int count, ContentLength length);
}
