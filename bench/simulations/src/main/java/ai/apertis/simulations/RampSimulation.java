package ai.apertis.simulations;

import static io.gatling.javaapi.core.CoreDsl.incrementUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** Ever more whole answers a second, in ten steps up to ten times the rate, so that the report shows where it no longer goes. */
public final class RampSimulation extends Simulation {
    private static final int STEPS = 10;

    /** Sets it up. */
    public RampSimulation() {
        setUp(scenario("ramp")
                        .exec(Setting.answer("answer", "\"messages\":[" + Setting.user("Hello there.") + "]"))
                        .injectOpen(incrementUsersPerSec(Setting.RATE)
                                .times(STEPS)
                                .eachLevelLasting(Math.max(1, Setting.SECONDS / STEPS))
                                .startingFrom(Setting.RATE)))
                .protocols(Setting.target());
    }
}
