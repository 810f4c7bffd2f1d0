package ai.apertis.config;

import java.util.List;

/**
 * Bounds of the public HTTP server.
 *
 * @param maxBodyBytes the largest JSON body
 * @param maxMultipartBytes the largest multipart body
 * @param headerTimeoutMillis how long a client may take to send its headers
 * @param bodyTimeoutMillis how long a body may make no progress
 * @param writeTimeoutMillis how long a client may read nothing of an answer
 * @param keepAliveTimeoutMillis how long an idle connection stays open
 * @param connectionsPerAddress how many connections one client address may hold, 0 for any number; proxies may hold any
 * @param drainLeadMillis how long everything is still served after the process was told to stop, so that who asks whether it
 *     is ready can notice; nobody having asked, it is not waited for
 * @param drainTimeoutMillis how long open requests may take to finish after that, before they are cut
 * @param maxRequests how many requests for answers may be under way in the process, 0 for any number
 * @param maxBufferedBytes how much of request bodies may be in memory, bytes
 * @param maxLagMillis how late an event loop may be for long before it takes on no more, milliseconds; 0 for any time
 * @param trustedProxies addresses or subnets whose {@code X-Forwarded-For} is believed
 */
public record ServerConfig(
        long maxBodyBytes,
        long maxMultipartBytes,
        long headerTimeoutMillis,
        long bodyTimeoutMillis,
        long writeTimeoutMillis,
        long keepAliveTimeoutMillis,
        long connectionsPerAddress,
        long drainLeadMillis,
        long drainTimeoutMillis,
        long maxRequests,
        long maxBufferedBytes,
        long maxLagMillis,
        List<String> trustedProxies) {

    /** Copies the list. */
    public ServerConfig {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
