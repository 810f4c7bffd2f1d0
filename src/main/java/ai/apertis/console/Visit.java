package ai.apertis.console;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request for a page: what was asked, by whom, and in which colours. */
public final class Visit {
    private final RoutingContext context;
    private final @Nullable Visitor visitor;
    private final @Nullable Buffer body;
    private final Map<String, List<String>> form;

    Visit(RoutingContext context, @Nullable Visitor visitor, @Nullable Buffer body) {
        this.context = context;
        this.visitor = visitor;
        this.body = body;
        this.form = body == null || isJson(context.request())
                ? Map.of()
                : new QueryStringDecoder(body.toString(StandardCharsets.UTF_8), StandardCharsets.UTF_8, false, 500)
                        .parameters();
    }

    /**
     * The request.
     *
     * @return never null
     */
    public HttpServerRequest request() {
        return context.request();
    }

    /**
     * Who visits.
     *
     * @return empty when nobody is signed in
     */
    public Optional<Visitor> visitor() {
        return Optional.ofNullable(visitor);
    }

    /**
     * Who visits, on pages that are for signed-in people only.
     *
     * @return never null
     * @throws IllegalStateException on a page for everybody
     */
    public Visitor signedIn() {
        return visitor().orElseThrow(() -> new IllegalStateException("not a page of a signed-in person"));
    }

    /**
     * A part of the path.
     *
     * @param name as in the route
     * @return decoded
     */
    public String inPath(String name) {
        return Optional.ofNullable(context.pathParam(name)).orElse("");
    }

    /**
     * What the query says.
     *
     * @param name the parameter
     * @return stripped; empty when it is missing or blank
     */
    public Optional<String> query(String name) {
        return Optional.ofNullable(request().getParam(name)).map(String::strip).filter(told -> !told.isEmpty());
    }

    /**
     * What the form says.
     *
     * @param name the field
     * @return stripped; empty when it is missing or blank
     */
    public Optional<String> field(String name) {
        return fields(name).stream().findFirst();
    }

    /**
     * A password or another secret of the form, which is taken as it is: blanks belong to it.
     *
     * @param name the field
     * @return empty when it is missing
     */
    public String secret(String name) {
        return form.getOrDefault(name, List.of("")).getFirst();
    }

    /**
     * What the form says, for fields that may come several times.
     *
     * @param name the field
     * @return stripped, without blank ones
     */
    public List<String> fields(String name) {
        return form.getOrDefault(name, List.of()).stream()
                .map(String::strip)
                .filter(told -> !told.isEmpty())
                .toList();
    }

    /**
     * What a script sent instead of a form.
     *
     * @return as it came; nothing when there was no body
     */
    public byte[] body() {
        return body == null ? new byte[0] : body.getBytes();
    }

    private static boolean isJson(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.startsWith("application/json");
    }

    /**
     * What a cookie says.
     *
     * @param name the cookie
     * @return empty when the browser sent none
     */
    public Optional<String> cookie(String name) {
        return Optional.ofNullable(request().getCookie(name)).map(Cookie::getValue);
    }

    /**
     * The colours of the page.
     *
     * @return the system's when none were chosen
     */
    public Theme theme() {
        return Theme.of(cookie(Theme.COOKIE).orElse(null));
    }

    /**
     * The origin by which this process was reached.
     *
     * @return for instance {@code http://localhost:8080}; the scheme is that of the proxy's {@code X-Forwarded-Proto} where it says so
     */
    public String origin() {
        String host = request().authority() == null
                ? "localhost"
                : request().authority().toString();
        return (isSecure() ? "https://" : "http://") + host;
    }

    /**
     * Whether the visitor's own connection is encrypted. A proxy may say so; who lies about it only gets cookies that its
     * browser does not send back.
     *
     * @return true for https
     */
    public boolean isSecure() {
        return request().isSSL() || "https".equalsIgnoreCase(request().getHeader("X-Forwarded-Proto"));
    }

    /**
     * Whether a path stays on this site, so that what a visitor sent may be gone to.
     *
     * @param path from anybody
     * @return false for anything that a browser could take for another host
     */
    public static boolean isLocal(String path) {
        return path.startsWith("/")
                && !path.startsWith("//")
                && path.chars().allMatch(c -> c > ' ' && c != '\\' && c < 0x7f);
    }
}
