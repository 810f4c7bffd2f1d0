package ai.apertis.dispatch;

import ai.apertis.dialect.Bridge;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;

/** A bridge whose request is too large to be kept in memory, and can be sent more than once. */
public interface Upload extends Bridge {
    /**
     * What is sent.
     *
     * @return a content type, boundary included
     */
    String contentType();

    /**
     * Sends it, no faster than the provider takes it.
     *
     * @param request opened, its headers not yet sent
     * @return the head of the answer, which may come before all is sent
     */
    Future<HttpClientResponse> send(HttpClientRequest request);
}
