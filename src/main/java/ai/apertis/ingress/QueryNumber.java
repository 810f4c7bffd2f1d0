package ai.apertis.ingress;

import ai.apertis.dialect.ApiError;
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
        if (told == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(told);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw outOfRange(name, most);
        }
        throw outOfRange(name, most);
    }

    private static RuntimeException outOfRange(String name, int most) {
        return ApiError.invalidParameter(name, "'" + name + "' must be a whole number from 1 to " + most + ".")
                .exception();
    }
}
