package ai.apertis.simulations;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;

/**
 * Coding agents beside people who chat. An agent sends a prompt of about 20,000 tokens with its tools, and again with what its
 * tools found, four times, each time a little longer; somebody who chats sends little and reads a stream.
 */
public final class AgentSimulation extends Simulation {
    private static final int STEPS = 4;
    private static final int PROMPT_BYTES = 80_000;
    private static final String LINE = "    if (value == null) { return Optional.empty(); } // seen in the file ";
    private static final String TOOLS =
            """
            "tools":[{"type":"function","function":{"name":"read_file","description":"Reads a file.",\
            "parameters":{"type":"object","properties":{"path":{"type":"string"}},"required":["path"]}}},\
            {"type":"function","function":{"name":"run","description":"Runs a command.",\
            "parameters":{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}}}],""";

    /** Sets it up. */
    public AgentSimulation() {
        ScenarioBuilder agent = scenario("agent");
        for (int step = 0; step < STEPS; step++) {
            agent = agent.exec(Setting.stream("agent's step", 60, TOOLS + conversation(step)), Setting.close());
        }
        ScenarioBuilder person = scenario("person")
                .exec(
                        Setting.stream("person", 100, "\"messages\":[" + Setting.user("Hello there.") + "]"),
                        Setting.close());
        setUp(
                        agent.injectOpen(constantUsersPerSec(Setting.RATE / STEPS / 2).during(Setting.SECONDS)),
                        person.injectOpen(constantUsersPerSec(Setting.RATE / 2).during(Setting.SECONDS)))
                .protocols(Setting.target())
                .assertions(global().failedRequests().count().is(0L));
    }

    private static String conversation(int steps) {
        StringBuilder messages = new StringBuilder("\"messages\":[")
                .append(Setting.user(LINE.repeat(PROMPT_BYTES / LINE.length())));
        for (int step = 0; step < steps; step++) {
            messages.append(",{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_")
                    .append(step)
                    .append("\",\"type\":\"function\",\"function\":{\"name\":\"read_file\",\"arguments\":\"{\\\"path\\\":\\\"a\\\"}\"}}]}")
                    .append(",{\"role\":\"tool\",\"tool_call_id\":\"call_")
                    .append(step)
                    .append("\",\"content\":\"")
                    .append(LINE.repeat(50))
                    .append("\"}");
        }
        return messages.append(']').toString();
    }
}
