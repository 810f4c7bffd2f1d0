package ai.apertis.sim;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The simulated provider, running: an HTTP server on a loopback port that speaks the OpenAI dialect and serves the
 * {@code sim/*} models. It needs no key and ignores one. With it the gateway works with no account anywhere, and tests
 * compare the bill with {@link #served}.
 */
public final class SimulatedProvider {
    private final Vertx vertx;
    private final Served served;
    private final String deployment;
    private final int port;

    private SimulatedProvider(Vertx vertx, Served served, String deployment, int port) {
        this.vertx = vertx;
        this.served = served;
        this.deployment = deployment;
        this.port = port;
    }

    /**
     * Starts it on a free port.
     *
     * @param vertx where to deploy its servers
     * @param instances how many servers share the port, at least 1; one per event loop serves a load test
     * @return the provider once it listens; fails when it cannot
     */
    public static Future<SimulatedProvider> start(Vertx vertx, int instances) {
        Served served = new Served();
        SimVideos videos = new SimVideos();
        AtomicInteger port = new AtomicInteger();
        return vertx.deployVerticle(
                        () -> new SimServer(served, videos, port), new DeploymentOptions().setInstances(instances))
                .map(deployment -> new SimulatedProvider(vertx, served, deployment, port.get()));
    }

    /**
     * Where it is, as a provider's {@code base_url}.
     *
     * @return {@code http://127.0.0.1:port/v1}
     */
    public URI baseUrl() {
        return URI.create("http://" + SimServer.HOST + ":" + port + "/v1");
    }

    /**
     * What it served.
     *
     * @return the live count
     */
    public Served served() {
        return served;
    }

    /**
     * Closes its servers and their connections.
     *
     * @return completes when they are closed
     */
    public Future<Void> stop() {
        return vertx.undeploy(deployment);
    }
}
