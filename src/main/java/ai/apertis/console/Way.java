package ai.apertis.console;

import ai.apertis.ingress.Exchange;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a page.
 *
 * @param context the router's
 * @param exchange the request and its response
 * @param section the part of the site
 * @param visitor who is signed in
 * @param refusal why it is not let in, null when it is
 */
record Way(
        RoutingContext context,
        Exchange exchange,
        Section section,
        Optional<Visitor> visitor,
        @Nullable Throwable refusal) {
    /** Fails with the refusal. */
    Future<Void> entered() {
        return refusal == null ? Future.succeededFuture() : Future.failedFuture(refusal);
    }

    Visit visit(@Nullable Buffer body) {
        return new Visit(context, visitor.orElse(null), body);
    }
}
