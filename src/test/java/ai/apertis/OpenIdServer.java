package ai.apertis;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * An OpenID provider as far as a client sees it: discovery, keys, and a token endpoint that holds each code to its redirect URI,
 * client and PKCE verifier, and takes it once. It signs with RSA. What a token says is up to the test.
 */
final class OpenIdServer implements AutoCloseable {
    static final String CLIENT = "apertis";
    static final String SECRET = "client-secret-of-the-tests";

    private final HttpServer server;
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private final Map<String, JsonObject> people = new ConcurrentHashMap<>();
    private volatile KeyPair key = pair();
    private volatile String keyId = "first";
    private volatile UnaryOperator<JsonObject> claims = UnaryOperator.identity();
    private volatile String algorithm = "RS256";
    private volatile boolean away;

    OpenIdServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.createContext(
                "/.well-known/openid-configuration",
                exchange -> answer(
                        exchange,
                        away ? 503 : 200,
                        new JsonObject()
                                .put("issuer", issuer())
                                .put("authorization_endpoint", issuer() + "/authorize")
                                .put("token_endpoint", issuer() + "/token")
                                .put("jwks_uri", issuer() + "/keys")));
        server.createContext(
                "/keys", exchange -> answer(exchange, 200, new JsonObject().put("keys", new JsonArray().add(jwk()))));
        server.createContext("/token", this::token);
        server.start();
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers nothing until told otherwise. */
    void away(boolean now) {
        away = now;
    }

    /** Changes what its tokens say from now on. */
    void saying(UnaryOperator<JsonObject> change) {
        claims = change;
    }

    /** Signs by another algorithm from now on. */
    void algorithm(String name) {
        algorithm = name;
    }

    /** Signs with another key from now on; whether it says so is up to the test. */
    void newKey(String id) {
        key = pair();
        keyId = id;
    }

    /** Lets somebody in who was sent here, and says where their browser goes next. */
    String letIn(String url, JsonObject person) {
        Map<String, String> asked = form(URI.create(url).getRawQuery());
        String code = UUID.randomUUID().toString();
        codes.put(code, asked);
        people.put(code, person);
        return URI.create(asked.getOrDefault("redirect_uri", "")).getPath() + "?code=" + code + "&state="
                + asked.get("state");
    }

    /** What a browser was sent here with. */
    static Map<String, String> form(String text) {
        Map<String, String> form = new HashMap<>();
        for (String pair : text.split("&", -1)) {
            int at = pair.indexOf('=');
            form.put(pair.substring(0, at), URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
        }
        return form;
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> sent = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String code = sent.getOrDefault("code", "");
        Map<String, String> asked = Objects.requireNonNullElse(codes.remove(code), Map.of());
        String basic =
                "Basic " + Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        boolean right = !asked.isEmpty()
                && basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                && "authorization_code".equals(sent.get("grant_type"))
                && Objects.equals(asked.get("redirect_uri"), sent.get("redirect_uri"))
                && "S256".equals(asked.get("code_challenge_method"))
                && base64(sha256(sent.getOrDefault("code_verifier", ""))).equals(asked.get("code_challenge"));
        if (!right) {
            answer(exchange, 400, new JsonObject().put("error", "invalid_grant"));
            return;
        }
        long now = Instant.now().getEpochSecond();
        JsonObject said = new JsonObject()
                .put("iss", issuer())
                .put("aud", CLIENT)
                .put("iat", now)
                .put("exp", now + 300)
                .put("nonce", asked.get("nonce"))
                .mergeIn(people.get(code));
        answer(
                exchange,
                200,
                new JsonObject()
                        .put("access_token", "opaque")
                        .put("token_type", "Bearer")
                        .put("expires_in", 300)
                        .put("id_token", signed(claims.apply(said))));
    }

    private String signed(JsonObject said) {
        JsonObject header =
                new JsonObject().put("alg", algorithm).put("kid", keyId).put("typ", "JWT");
        String content = base64(header.encode().getBytes(StandardCharsets.UTF_8)) + "."
                + base64(said.encode().getBytes(StandardCharsets.UTF_8));
        if (algorithm.equals("none")) {
            return content + ".";
        }
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.getPrivate());
            signature.update(content.getBytes(StandardCharsets.UTF_8));
            return content + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonObject jwk() {
        RSAPublicKey shown = (RSAPublicKey) key.getPublic();
        return new JsonObject()
                .put("kty", "RSA")
                .put("use", "sig")
                .put("alg", "RS256")
                .put("kid", keyId)
                .put("n", base64(unsigned(shown.getModulus())))
                .put("e", base64(unsigned(shown.getPublicExponent())));
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void answer(HttpExchange exchange, int status, JsonObject body) throws IOException {
        byte[] bytes = body.encode().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
