package ai.apertis.ingress;

import ai.apertis.billing.Hold;
import ai.apertis.dispatch.Answer;
import ai.apertis.search.WebSearch;
import ai.apertis.search.WebSource;
import ai.apertis.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One web search for one request: made once the money is held, told in the answer. Its failing never fails the request. */
final class Grounding implements Keeping {
    private static final Logger LOG = LoggerFactory.getLogger(Grounding.class);
    /** What Brave Search takes; others take more. */
    private static final int LONGEST_QUERY = 400;

    private static final int MOST_WORDS = 50;

    private final Exchange exchange;
    private final WebSearch search;
    private final Metrics metrics;
    private GroundedRequest request;
    private List<WebSource> sources = List.of();

    Grounding(Exchange exchange, GroundedRequest request, WebSearch search, Metrics metrics) {
        this.exchange = exchange;
        this.request = request;
        this.search = search;
        this.metrics = metrics;
    }

    /** The same for a body that has become another. */
    GroundedRequest over(byte[] body) {
        request = request.over(body);
        return request;
    }

    /** What goes on its way in the place of the client's request. */
    GroundedRequest request() {
        return request;
    }

    @Override
    public boolean comesFirst() {
        return true;
    }

    @Override
    public Future<Void> before(Hold paying) {
        String query = query(request.question());
        if (query.isEmpty()) {
            request.notSearched();
            return tell("no_query");
        }
        return search.search(query, request.wishes().web().count(), request.length())
                .compose(found -> {
                    sources = found;
                    request.tell(found);
                    return tell(found.isEmpty() ? "no_results" : "success");
                })
                .recover(why -> {
                    LOG.warn("the web search for request {} failed: {}", exchange.id(), why.toString());
                    request.notSearched();
                    return tell(why instanceof TimeoutException ? "timeout" : "failed");
                });
    }

    private Future<Void> tell(String status) {
        metrics.webSearch(status);
        HttpServerResponse response = exchange.response();
        if (!response.headWritten() && !response.closed()) {
            response.putHeader("X-Web-Search-Used", Boolean.toString(!sources.isEmpty()))
                    .putHeader("X-Web-Search-Count", Integer.toString(sources.size()))
                    .putHeader("X-Web-Search-Status", status);
        }
        return Future.succeededFuture();
    }

    /** One line, of which engines read only so much. */
    private static String query(String question) {
        List<String> words = Arrays.asList(question.strip().split("\\s+", MOST_WORDS + 1));
        String line = String.join(" ", words.subList(0, Math.min(MOST_WORDS, words.size())));
        int end = Math.min(LONGEST_QUERY, line.length());
        if (end > 0 && end < line.length() && Character.isHighSurrogate(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(0, end).strip();
    }

    @Override
    public Answer around(HttpAnswer client, Hold paying, Runnable abandon) {
        return new SourcedAnswer(client, request.dialect(), sources);
    }
}
