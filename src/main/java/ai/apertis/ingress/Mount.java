package ai.apertis.ingress;

import io.vertx.ext.web.Router;

/** A family of endpoints that puts its routes on the public server. Called once per event loop. */
@FunctionalInterface
public interface Mount {
    /**
     * Adds routes.
     *
     * @param router the server's router on this event loop
     */
    void mount(Router router);
}
