package ai.apertis.simulations;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** Whole answers at a fixed rate, however the target does. */
public final class ChatSimulation extends Simulation {
    /** Sets it up. */
    public ChatSimulation() {
        setUp(scenario("chat")
                        .exec(Setting.answer("answer", "\"messages\":[" + Setting.user("Hello there.") + "]"))
                        .injectOpen(constantUsersPerSec(Setting.RATE).during(Setting.SECONDS)))
                .protocols(Setting.target())
                .assertions(global().failedRequests().count().is(0L));
    }
}
