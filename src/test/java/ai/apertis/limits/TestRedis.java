package ai.apertis.limits;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import redis.embedded.RedisServer;

/**
 * One Redis for the tests of this JVM: the one at {@code APERTIS_TEST_REDIS_URL}, else one in Docker, else the real server
 * whose binaries come from Maven Central.
 */
public final class TestRedis {
    private TestRedis() {}

    /**
     * Its address.
     *
     * @return {@code redis://host:port}
     */
    public static String url() {
        return Shared.URL;
    }

    /** A server that can be stopped and started again, at an address of its own. */
    public static final class Stoppable implements AutoCloseable {
        private final int port;
        private RedisServer server;

        /** Starts one. */
        public Stoppable() {
            port = freePort();
            server = started(port);
        }

        /** Its address. */
        public String url() {
            return "redis://127.0.0.1:" + port;
        }

        /** Starts it again, empty. */
        public void startAgain() {
            server = started(port);
        }

        /** Stops it, as an outage. */
        public void stop() {
            server.stop();
        }

        @Override
        public void close() {
            server.stop();
        }
    }

    /** Started at first use, stopped with the JVM. */
    private static final class Shared {
        static final String URL = start();

        private static String start() {
            String given = System.getenv("APERTIS_TEST_REDIS_URL");
            if (given != null && !given.isBlank()) {
                return given;
            }
            if (dockerAnswers()) {
                return container();
            }
            int port = freePort();
            RedisServer server = started(port);
            Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
            return "redis://127.0.0.1:" + port;
        }

        private static boolean dockerAnswers() {
            try {
                return DockerClientFactory.instance().isDockerAvailable();
            } catch (RuntimeException e) {
                return false;
            }
        }

        // Lives as long as the JVM: Testcontainers removes it afterwards.
        @SuppressWarnings("resource")
        private static String container() {
            GenericContainer<?> container = new GenericContainer<>("valkey/valkey:8").withExposedPorts(6379);
            container.start();
            return "redis://" + container.getHost() + ":" + container.getMappedPort(6379);
        }
    }

    private static RedisServer started(int port) {
        RedisServer server = RedisServer.builder()
                .port(port)
                .bind("127.0.0.1")
                .setting("save \"\"")
                .build();
        server.start();
        return server;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
