package ai.apertis.simulations;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** Streams that begin at a fixed rate, however the target does. */
public final class StreamSimulation extends Simulation {
    private static final int CHUNKS = 100;

    /** Sets it up. */
    public StreamSimulation() {
        setUp(scenario("streamed chat")
                        .exec(
                                Setting.stream("stream", CHUNKS, "\"messages\":[" + Setting.user("Hello there.") + "]"),
                                Setting.close())
                        .injectOpen(constantUsersPerSec(Setting.RATE).during(Setting.SECONDS)))
                .protocols(Setting.target())
                .assertions(global().failedRequests().count().is(0L));
    }
}
