package ai.apertis.search;

import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;

/** Finds pages that do not exist, the same for the same query: for simulated models, with no account anywhere. */
public final class SimulatedWebSearch implements WebSearch {
    /** An engine. */
    public SimulatedWebSearch() {}

    @Override
    public Future<List<WebSource>> search(String query, int count, ContentLength length) {
        return Future.succeededFuture(IntStream.rangeClosed(1, count)
                .mapToObj(number -> source(query, number, length))
                .toList());
    }

    private static WebSource source(String query, int number, ContentLength length) {
        String sentence =
                "Simulated page " + number + " says of \"" + ContentLength.cut(query, 100) + "\" that all is well. ";
        int times = Math.max(1, length.snippetBytes() / Math.max(1, sentence.length()));
        return new WebSource(
                "Simulated page " + number,
                "https://example.com/simulated/" + number,
                ContentLength.cut(sentence.repeat(times), length.snippetBytes()));
    }
}
