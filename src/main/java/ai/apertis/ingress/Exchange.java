package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Settlement;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.translation.ClientRequests;
import ai.apertis.http.ChunkSpout;
import ai.apertis.ledger.Away;
import ai.apertis.ledger.KeyRecord;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its response: what every handler needs whatever the endpoint, and how an error is told. */
public final class Exchange {
    /** The header that carries the request's id both ways. */
    public static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");

    /** Where Anthropic's SDKs look for it. */
    private static final CharSequence ANTHROPIC_REQUEST_ID = HttpHeaders.createOptimized("request-id");

    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final HttpServerRequest request;
    private final DialectName dialect;
    private final String endpoint;
    private final ExchangeLog log;
    private final String id;
    private final long arrivedNanos = System.nanoTime();
    private @Nullable KeyRecord key;
    private @Nullable ClientRequest asked;
    private @Nullable Charge charge;
    private @Nullable Settlement settlement;
    private StreamForm streamForm = StreamForm.EVENTS;
    private long upstreamSinceNanos;
    private final List<Runnable> afterwards = new ArrayList<>(2);
    private @Nullable ChunkSpout spout;
    private boolean over;

    /**
     * Begins an exchange and gives it its id.
     *
     * @param request the request
     * @param dialect the dialect in which the client wants to be told of errors
     * @param endpoint the family of endpoints, for metrics
     * @param log told when it is over
     */
    public Exchange(HttpServerRequest request, DialectName dialect, String endpoint, ExchangeLog log) {
        this.request = request;
        this.dialect = dialect;
        this.endpoint = endpoint;
        this.log = log;
        this.id = RequestIds.of(request.getHeader(REQUEST_ID));
        request.response().putHeader(REQUEST_ID, id);
        if (dialect == DialectName.ANTHROPIC) {
            request.response().putHeader(ANTHROPIC_REQUEST_ID, id);
        }
    }

    /**
     * The request.
     *
     * @return never null
     */
    public HttpServerRequest request() {
        return request;
    }

    /**
     * The response.
     *
     * @return never null
     */
    public HttpServerResponse response() {
        return request.response();
    }

    /** Writes more of a chunked answer, the short way once its head is out. On the event loop of the connection. */
    void write(Buffer chunk) {
        ChunkSpout way = spout;
        if (way == null && response().headWritten()) {
            way = spout = new ChunkSpout(request);
        }
        if (way == null || !way.write(chunk)) {
            response().write(chunk);
        }
    }

    /** The content that was written, in bytes. */
    long bytesWritten() {
        return response().bytesWritten() + (spout == null ? 0 : spout.bytes());
    }

    /**
     * The id by which the request is traced.
     *
     * @return as sent in {@code x-request-id}
     */
    public String id() {
        return id;
    }

    /**
     * When it arrived.
     *
     * @return by {@link System#nanoTime}
     */
    public long arrivedNanos() {
        return arrivedNanos;
    }

    /**
     * Answers with JSON.
     *
     * @param status the HTTP status
     * @param body the JSON
     */
    public void json(int status, byte[] body) {
        answer(status, JSON, body);
    }

    /**
     * Answers with a body of another kind.
     *
     * @param status the HTTP status
     * @param type its media type
     * @param body its bytes
     */
    public void answer(int status, CharSequence type, byte[] body) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            over();
            return;
        }
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type).end(Buffer.buffer(body));
        over();
    }

    /**
     * Answers with an error in the client's dialect. A ledger that is away is told as a 503, anything but that and an
     * {@link ApiException} as an internal error and logged.
     *
     * @param cause what went wrong
     */
    public void fail(Throwable cause) {
        if (cause instanceof ApiException told) {
            fail(told.error());
        } else if (Away.is(cause)) {
            LOG.warn("request {} finds the ledger away: {}", id, cause.getMessage());
            fail(Errors.UNAVAILABLE);
        } else {
            LOG.error("request {} failed", id, cause);
            fail(Errors.INTERNAL);
        }
    }

    /**
     * Answers with an error in the client's dialect, unless the answer has begun.
     *
     * @param error what to tell
     */
    public void fail(ApiError error) {
        HttpServerResponse response = request.response();
        if (response.headWritten() || response.closed()) {
            over();
            return;
        }
        if (error.retryAfterSeconds() > 0) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(error.retryAfterSeconds()));
        }
        if (error.status() == 413 || error.equals(Errors.BODY_STALLED) || error.equals(Capacity.NO_ROOM)) {
            // The rest of the body is not going to be read.
            response.putHeader(HttpHeaders.CONNECTION, "close");
        }
        json(error.status(), ClientRequests.DIALECTS.of(dialect).errors().encode(error, id));
    }

    /**
     * The dialect in which the client wants to be told of errors.
     *
     * @return the client's dialect
     */
    public DialectName dialect() {
        return dialect;
    }

    /**
     * The endpoint family.
     *
     * @return for metrics, for instance {@code chat}
     */
    public String endpoint() {
        return endpoint;
    }

    /** Remembers how a streamed answer is to be put on the wire. */
    void streamsAs(StreamForm form) {
        streamForm = form;
    }

    /** How a streamed answer is put on the wire. */
    StreamForm streamForm() {
        return streamForm;
    }

    /** Remembers who asks. */
    void enteredBy(KeyRecord record) {
        key = record;
    }

    /** Remembers what is asked. */
    void asks(ClientRequest request) {
        asked = request;
    }

    /** Remembers since when a provider is at it. */
    void upstreamBegins() {
        upstreamSinceNanos = System.nanoTime();
    }

    /** Since when a provider is at it, 0 when none was asked. */
    long upstreamSinceNanos() {
        return upstreamSinceNanos;
    }

    /** Remembers what it cost. */
    void charged(Charge made, @Nullable Settlement settled) {
        charge = made;
        settlement = settled;
    }

    @Nullable
    KeyRecord key() {
        return key;
    }

    @Nullable
    ClientRequest asked() {
        return asked;
    }

    @Nullable
    Charge charge() {
        return charge;
    }

    @Nullable
    Settlement settlement() {
        return settlement;
    }

    /** Has something done when the exchange is over, however it ends; at once when it is. */
    void whenOver(Runnable action) {
        if (over) {
            action.run();
        } else {
            afterwards.add(action);
        }
    }

    /** The exchange is over, however it ended: it is logged and counted, once. */
    public void over() {
        if (!over) {
            over = true;
            log.over(this);
            afterwards.forEach(Runnable::run);
        }
    }
}
