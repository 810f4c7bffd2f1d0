package ai.apertis.simulations;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.substring;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.sse;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ActionBuilder;
import io.gatling.javaapi.http.HttpProtocolBuilder;

/** Where a simulation goes and how much it asks, from system properties. */
final class Setting {
    /** Requests or streams that begin in a second. */
    static final double RATE = Double.parseDouble(System.getProperty("rate", "50"));

    static final int SECONDS = Integer.getInteger("seconds", 20);

    private static final int MOST_SECONDS = 60;
    private static final String MODEL = System.getProperty("model", "sim/echo");
    private static final String PATH = "/chat/completions";

    private Setting() {}

    static HttpProtocolBuilder target() {
        return http.baseUrl(System.getProperty("target"))
                .authorizationHeader("Bearer " + System.getProperty("key"))
                .contentTypeHeader("application/json")
                // As SDKs have it: a pool of kept connections for all that one process asks.
                .shareConnections();
    }

    /** A whole answer. */
    static ActionBuilder answer(String name, String messages) {
        return http(name).post(PATH)
                .body(StringBody(body(false, 100, messages)))
                .check(status().is(200), substring("\"finish_reason\""));
    }

    /** A stream up to its end. The time told is that to the end. */
    static ActionBuilder stream(String name, int chunks, String messages) {
        return sse(name).post(PATH)
                .body(StringBody(body(true, chunks, messages)))
                .await(MOST_SECONDS)
                .on(sse.checkMessage(name + " to its end").matching(substring("[DONE]")).check(substring("[DONE]")));
    }

    /** To be done after each {@link #stream}, which Gatling would connect again. */
    static ActionBuilder close() {
        return sse("close").close();
    }

    static String user(String text) {
        return "{\"role\":\"user\",\"content\":\"" + text + "\"}";
    }

    private static String body(boolean stream, int maxTokens, String messages) {
        return "{\"model\":\"" + MODEL + "\",\"stream\":" + stream + ",\"max_tokens\":" + maxTokens + "," + messages + "}";
    }
}
