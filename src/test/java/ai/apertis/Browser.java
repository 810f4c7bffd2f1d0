package ai.apertis;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** As much of a browser as forms need: it keeps its cookies, and sends forms as from the page they are on. */
final class Browser {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");
    private static final AtomicInteger ADDRESSES = new AtomicInteger();

    private final int port;
    private final String address;
    private final Map<String, String> cookies = new TreeMap<>();

    /** At an address of its own, for a gateway that trusts this machine as a proxy. */
    Browser(int port) {
        this.port = port;
        int number = ADDRESSES.incrementAndGet();
        this.address = "198.51." + number / 250 + "." + (1 + number % 250);
    }

    String session() {
        return cookie("session");
    }

    /** What it keeps under a name, empty for nothing. */
    String cookie(String name) {
        return cookies.getOrDefault(name, "");
    }

    void cookie(String name, String value) {
        cookies.put(name, value);
    }

    /** Comes back with another cookie. */
    void session(String other) {
        cookies.put("session", other);
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    /** The token that the forms of this session carry. */
    String csrf() {
        Matcher field = CSRF.matcher(get("/console/settings").body());
        return field.find() ? field.group(1) : "";
    }

    /** Sends a form with the session's token; fields are a name and a value in turn. */
    HttpResponse<String> post(String path, String... fields) {
        List<String> all = new ArrayList<>(List.of(fields));
        if (!session().isEmpty()) {
            all.addAll(List.of("csrf", csrf()));
        }
        return postBare(path, Map.of("Sec-Fetch-Site", "same-origin"), all.toArray(String[]::new));
    }

    /** Sends a form as it stands. */
    HttpResponse<String> postBare(String path, Map<String, String> headers, String... fields) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            form.append(fields[i])
                    .append('=')
                    .append(URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8))
                    .append('&');
        }
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form.toString()));
        headers.forEach(request::header);
        return send(request);
    }

    /** Sends what a script of a page would, with the session's token in a header. */
    HttpResponse<String> script(String path, String json) {
        return scriptBare(path, csrf(), json);
    }

    /** Sends what a script would, with that token. */
    HttpResponse<String> scriptBare(String path, String csrf, String json) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .header("Sec-Fetch-Site", "same-origin")
                .header("X-CSRF-Token", csrf)
                .header("x-apertis-include-cost", "true")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Accept", "text/html")
                .header("X-Forwarded-For", address);
        String sent = cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
        return sent.isEmpty() ? request : request.header("Cookie", sent);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        HttpResponse<String> response = CLIENT.sendAsync(
                        request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
                .join();
        for (String cookie : response.headers().allValues("set-cookie")) {
            int value = cookie.indexOf('=') + 1;
            cookies.put(cookie.substring(0, value - 1), cookie.substring(value, cookie.indexOf(';')));
        }
        return response;
    }

    /** Signs up and logs in. */
    Browser as(String name) {
        post("/signup", "email", name + "@example.org", "name", name, "password", "correct horse " + name);
        return in(name);
    }

    /** Logs in. */
    Browser in(String name) {
        post("/login", "login", name, "password", "correct horse " + name);
        return this;
    }
}
