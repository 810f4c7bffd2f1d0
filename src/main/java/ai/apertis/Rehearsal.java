package ai.apertis;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What clients ask, asked of a gateway on this machine: every dialect, streamed and whole, and pages. */
final class Rehearsal {
    private static final int CLIENTS = 16;
    private static final String TEXT =
            "Say all of this again word by word so that a stream of some length comes of it. ".repeat(3);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI readiness;
    private final String base;
    private final String key;

    /**
     * A rehearsal.
     *
     * @param port where the gateway listens on loopback
     * @param managementPort where it says that it is ready
     * @param key a key with money
     */
    Rehearsal(int port, int managementPort, String key) {
        this.readiness = URI.create("http://127.0.0.1:" + managementPort + "/health/ready");
        this.base = "http://127.0.0.1:" + port;
        this.key = key;
    }

    /**
     * Asks, as several clients at once.
     *
     * @param rounds how often each request is made; pages once
     * @return the share of answers that were a success
     */
    double perform(int rounds) throws InterruptedException {
        List<HttpRequest> requests = new ArrayList<>();
        List.of("/", "/models", "/models/sim/echo", "/pricing", "/changelog", "/docs", "/login", "/openapi.json")
                .forEach(page -> requests.add(request(page).GET().build()));
        requests.add(HttpRequest.newBuilder(readiness).GET().build());
        Collections.nCopies(rounds, conversations()).forEach(requests::addAll);
        double served = 0;
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (Future<Integer> status : clients.invokeAll(requests.stream()
                    .map(each -> (Callable<Integer>) () -> ask(each))
                    .toList())) {
                served += status.get() == 200 ? 1 : 0;
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the rehearsal broke off", e.getCause());
        }
        return served / requests.size();
    }

    private int ask(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private List<HttpRequest> conversations() {
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"" + TEXT + "\"}]";
        return List.of(
                post("/v1/chat/completions", "{\"model\":\"sim/echo\",\"stream\":true," + messages + "}"),
                post("/v1/chat/completions", "{\"model\":\"sim/echo\"," + messages + "}"),
                post("/v1/messages", "{\"model\":\"sim/echo\",\"stream\":true,\"max_tokens\":500," + messages + "}"),
                post("/v1/responses", "{\"model\":\"sim/echo\",\"stream\":true,\"input\":\"" + TEXT + "\"}"),
                post(
                        "/v1beta/models/sim/echo:streamGenerateContent?alt=sse",
                        "{\"contents\":[{\"parts\":[{\"text\":\"" + TEXT + "\"}]}]}"));
    }

    private HttpRequest post(String path, String body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", "Bearer " + key);
    }
}
