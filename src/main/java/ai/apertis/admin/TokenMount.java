package ai.apertis.admin;

import ai.apertis.config.DialectName;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.Exchange;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.RememberedAnswer;
import ai.apertis.ledger.UsageSums;
import ai.apertis.ledger.Writes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;
import java.util.function.Function;

/** {@code /v1/token/…}: a key looks at itself, and one without restrictions makes further keys of its account. */
public final class TokenMount implements Mount {
    private static final String USAGE = "/v1/token/usage";
    private static final String INFO = "/v1/token/info";
    private static final String KEYS = "/v1/token/keys";

    private final Door door;
    private final TokenCalls calls;
    private final OnceOnly once;
    private final BodyReader bodies;
    private final ExchangeLog log;

    /**
     * The endpoints.
     *
     * @param door lets clients in
     * @param database the ledger
     * @param keys its keys, shared with the door
     * @param bodies reads bodies
     * @param log told of each exchange
     */
    public TokenMount(Door door, Database database, Keys keys, BodyReader bodies, ExchangeLog log) {
        this.door = door;
        this.calls = new TokenCalls(keys, new Balances(database), new UsageSums(database));
        this.once = new OnceOnly(new Writes(database, keys));
        this.bodies = bodies;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        read(router, USAGE, (request, key) -> calls.usage(key, request.getParam("period")));
        read(router, INFO, (request, key) -> calls.info(key));
        read(router, KEYS, (request, key) -> calls.keys(key));
        router.post(KEYS).handler(context -> {
            Exchange exchange = open(context.request(), KEYS);
            Future<Buffer> body = bodies.read(context.request());
            Future<KeyRecord> key = door.enter(exchange);
            Answers.send(
                    exchange,
                    key.compose(entered -> body)
                            .compose(bytes -> make(context.request(), key.result(), bytes.getBytes())));
        });
    }

    private Future<RememberedAnswer> make(HttpServerRequest request, KeyRecord key, byte[] body) {
        byte[] secret = String.valueOf(Door.keyOf(request)).getBytes(StandardCharsets.UTF_8);
        return once.write(request, "key " + key.id() + " ", secret, body, rows -> calls.make(rows, key, body));
    }

    private void read(Router router, String path, BiFunction<HttpServerRequest, KeyRecord, Future<Reply>> call) {
        router.get(path).handler(context -> {
            Exchange exchange = open(context.request(), path);
            Function<KeyRecord, Future<Reply>> answered = key -> call.apply(context.request(), key);
            Answers.send(exchange, door.enter(exchange).compose(answered).map(Reply::written));
        });
    }

    private Exchange open(HttpServerRequest request, String endpoint) {
        return new Exchange(request, DialectName.OPENAI, endpoint, log);
    }
}
