package ai.apertis.admin;

import ai.apertis.digest.Sha256;
import ai.apertis.ledger.RememberedAnswer;
import ai.apertis.ledger.Tables;
import ai.apertis.ledger.Writes;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Does a write, or tells again what it was answered the first time, when its client sent an {@code Idempotency-Key}. */
final class OnceOnly {
    private static final String HEADER = "Idempotency-Key";
    private static final int LONGEST = 255;

    private final Writes writes;

    OnceOnly(Writes writes) {
        this.writes = writes;
    }

    /**
     * Does a write once.
     *
     * @param request the client's
     * @param owner tells apart clients whose names for their writes may be the same
     * @param secret what the client proves itself with; seals the remembered answer
     * @param body the request's body, which a repetition must have too
     * @param work what to do
     * @return the answer, the first one to a repetition; durable
     */
    Future<RememberedAnswer> write(
            HttpServerRequest request, String owner, byte[] secret, byte[] body, Function<Tables, Future<Reply>> work) {
        Function<Tables, Future<RememberedAnswer>> written =
                rows -> work.apply(rows).map(Reply::written);
        String name = request.getHeader(HEADER);
        if (name == null || name.isEmpty()) {
            return writes.run(written);
        }
        if (name.length() > LONGEST) {
            throw Fields.wrong(HEADER, "must be at most " + LONGEST + " characters");
        }
        String key = owner + request.method() + " " + request.path() + " " + name;
        return writes.once(key, digest(request.query(), body), secret, written);
    }

    /** What a repetition must have in common with the first: query and body. */
    private static byte[] digest(@Nullable String query, byte[] body) {
        MessageDigest sha256 = Sha256.begin();
        if (query != null) {
            sha256.update(("?" + query + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return sha256.digest(body);
    }
}
