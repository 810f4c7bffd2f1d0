package ai.apertis.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.apertis.upstream.Voice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two gateways on one database behind nginx are restarted one after the other while clients stream through them: no stream
 * breaks, every request is answered, each is billed once. More often with {@code -Dapertis.rolling.rounds=10}.
 */
@Timeout(300)
class RollingRestartTest {
    private static final int ROUNDS = Integer.getInteger("apertis.rolling.rounds", 1);
    private static final int A_SECOND = Integer.getInteger("apertis.rolling.rate", 20);

    @TempDir
    Path folder;

    private record Asked(Script script, House.Key key, Caller.Got got) {}

    @Test
    void noStreamBreaksAndEachIsBilledOnce() throws IOException, InterruptedException, ExecutionException {
        Path nginx = Stream.of("/usr/sbin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx", "/usr/bin/nginx")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(nginx != null, "nginx is not installed");
        String server = "server: {drain_lead_ms: 200, drain_timeout_ms: 10000}\n";
        try (House house = new House(folder, 2, 200, 20, server)) {
            int port = freePort();
            Process balancer = balancer(nginx, port, house);
            try {
                Queue<Asked> asked = stream(house, port);
                judge(house, asked);
            } finally {
                balancer.destroy();
                balancer.waitFor();
            }
        }
    }

    private static Queue<Asked> stream(House house, int port) throws InterruptedException, ExecutionException {
        long account = house.account(10 * House.USD);
        Queue<Asked> asked = new ConcurrentLinkedQueue<>();
        AtomicBoolean enough = new AtomicBoolean();
        List<Future<?>> answers = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Thread pace = Thread.ofPlatform().start(() -> {
                for (long next = System.nanoTime(); !enough.get(); next += TimeUnit.SECONDS.toNanos(1) / A_SECOND) {
                    Pause.millis(Math.max(0, TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime())));
                    answers.add(clients.submit(() -> asked.add(ask(house, port, house.key(account)))));
                }
            });
            try {
                Pause.until(() -> asked.size() >= A_SECOND);
                for (int round = 0; round < ROUNDS; round++) {
                    for (Node node : house.nodes()) {
                        node.restart();
                        int before = asked.size();
                        Pause.until(() -> asked.size() >= before + A_SECOND / 2);
                    }
                }
            } finally {
                enough.set(true);
                pace.join();
            }
            for (Future<?> answer : answers) {
                answer.get();
            }
        }
        return asked;
    }

    private static Asked ask(House house, int port, House.Key key) {
        Voice voice = Voice.OPENAI;
        String model = House.model(voice);
        Script script = new Script(house.nextNumber(), 10, 20, 40, 0).spokenBy(voice, model, true);
        Caller caller = new Caller(port, key.text());
        Caller.Got got = caller.ask(voice.path(model, true), voice.ask(model, script.prompt(), script.output(), true));
        return new Asked(script, key, got);
    }

    private static void judge(House house, Queue<Asked> asked) {
        assertThat(house.everyHoldEnds()).isTrue();
        Map<Long, List<Books.Charge>> charges = house.books().charges();
        assertThat(asked).hasSizeGreaterThan(2 * A_SECOND).allSatisfy(one -> {
            assertThat(one.got().finished(Voice.OPENAI, true))
                    .as("%s got %s", one.script(), one.got())
                    .isTrue();
            List<Books.Charge> billed = charges.getOrDefault(one.key().id(), List.of()).stream()
                    .filter(charge -> charge.costNano() > 0)
                    .toList();
            assertThat(billed).as("%s", one.script()).hasSize(1);
            assertThat(billed.getFirst().costNano()).isEqualTo(one.script().cost());
        });
        assertThat(house.brokenPromises()).isEmpty();
    }

    /**
     * It tells a gateway that leaves by its 503, which says that nothing was done, or by its door being closed, and keeps no
     * grudge: one that has just come back is needed when the other one leaves.
     */
    private Process balancer(Path nginx, int port, House house) throws IOException {
        StringBuilder servers = new StringBuilder();
        house.nodes().forEach(node -> servers.append("server 127.0.0.1:%d max_fails=0; ".formatted(node.port())));
        Path conf = Files.writeString(folder.resolve("nginx.conf"), """
            daemon off;
            worker_processes 1;
            pid %1$s/nginx.pid;
            error_log %1$s/nginx.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              upstream gateways { %2$s keepalive 32; }
              server {
                listen 127.0.0.1:%3$d;
                location / {
                  proxy_pass http://gateways;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_buffering off;
                  proxy_read_timeout 300s;
                  proxy_next_upstream error http_503 non_idempotent;
                }
              }
            }
            """.formatted(folder, servers, port));
        Process balancer = new ProcessBuilder(nginx.toString(), "-c", conf.toString(), "-e", folder + "/nginx.log")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.out").toFile())
                .start();
        Pause.until("nginx", () -> answers(port));
        return balancer;
    }

    private static boolean answers(int port) {
        try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
