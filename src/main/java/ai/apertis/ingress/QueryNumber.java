package ai.apertis.ingress;

import ai.apertis.dialect.Params;
import io.vertx.core.http.HttpServerRequest;

/** A whole number in a query, as pages have it. */
final class QueryNumber {
    private QueryNumber() {}

    /**
     * Reads it.
     *
     * @param otherwise when the query does not say
     * @param most the largest that is taken; the smallest is 1
     * @throws ai.apertis.dialect.ApiException a 400 that names it
     */
    static int of(HttpServerRequest request, String name, int otherwise, int most) {
        String told = request.getParam(name);
        return told == null ? otherwise : (int) Params.whole(name, told, most);
    }
}
