package ai.apertis.search;

import ai.apertis.config.SearchConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An engine that answers a GET with JSON, as Brave Search and SearXNG do. Its address is the operator's word, like that of a
 * provider; it follows no redirect, and reads a bounded answer for a bounded time.
 */
public final class HttpWebSearch implements WebSearch {
    private static final int LONGEST_ANSWER = 2 * 1024 * 1024;

    private final SearchConfig config;
    private final SearchAnswer answer;
    private final HttpClient client;

    /**
     * An engine.
     *
     * @param vertx makes its connections
     * @param config where it is and how it answers
     */
    public HttpWebSearch(Vertx vertx, SearchConfig config) {
        this.config = config;
        this.answer = new SearchAnswer(config);
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) config.timeoutMillis())
                        .setMaxHeaderSize(16 * 1024),
                new PoolOptions().setHttp1MaxSize(20));
    }

    @Override
    public Future<List<WebSource>> search(String query, int count, ContentLength length) {
        String url = config.url()
                .replace("{query}", URLEncoder.encode(query, StandardCharsets.UTF_8))
                .replace("{count}", Integer.toString(count));
        RequestOptions options = new RequestOptions()
                .setAbsoluteURI(url)
                .setMethod(HttpMethod.GET)
                .setFollowRedirects(false)
                .putHeader("Accept", "application/json")
                .putHeader("User-Agent", "Apertis");
        config.key().ifPresent(key -> options.putHeader(config.keyHeader(), key.value()));
        return client.request(options)
                .compose(request -> exchanged(request).onFailure(late -> request.reset()))
                .timeout(config.timeoutMillis(), TimeUnit.MILLISECONDS)
                .map(body -> answer.read(body.getBytes(), count, length));
    }

    private Future<Buffer> exchanged(HttpClientRequest request) {
        return request.send().compose(HttpWebSearch::body).timeout(config.timeoutMillis(), TimeUnit.MILLISECONDS);
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            // The rest of the answer is not wanted, so that it is cut short is nothing to tell.
            response.exceptionHandler(cut -> {});
            return Future.failedFuture(new SearchFailure("it answered with status " + response.statusCode()));
        }
        Buffer body = Buffer.buffer();
        response.handler(bytes -> {
            if (body.length() + bytes.length() > LONGEST_ANSWER) {
                response.request().reset();
            } else {
                body.appendBuffer(bytes);
            }
        });
        return response.end().map(ended -> body);
    }
}
