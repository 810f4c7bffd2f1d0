package ai.apertis.upstream;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * What an upstream answers and how it delivers it. Immutable; the {@code with…} methods answer a changed copy.
 *
 * @param status the HTTP status
 * @param headers the headers; length and transfer encoding are added by the server
 * @param body the bytes before any cut
 * @param chop how many bytes go into one write, 0 for all
 * @param delayMillis pause before every write but the first, in milliseconds
 * @param headDelayMillis pause before the head, in milliseconds
 * @param cutAfter after how many bytes of the body the connection ends, -1 for never; 0 ends it before the head
 * @param ending how the connection then ends
 */
public record Reply(
        int status,
        Map<String, String> headers,
        Buffer body,
        int chop,
        long delayMillis,
        long headDelayMillis,
        int cutAfter,
        Ending ending) {

    /** How a connection ends before its time. */
    public enum Ending {
        /** In good order, but too early. */
        CLOSE,
        /** By a TCP reset. */
        RESET,
        /** Not at all: nothing more is sent. */
        SILENCE
    }

    /** An answer delivered at once. */
    public static Reply of(int status, String contentType, String body) {
        return new Reply(status, Map.of("content-type", contentType), Buffer.buffer(body), 0, 0, 0, -1, Ending.CLOSE);
    }

    /** A JSON answer. */
    public static Reply json(int status, String body) {
        return of(status, "application/json", body);
    }

    /** A stream of server-sent events. */
    public static Reply events(String body) {
        return of(200, "text/event-stream; charset=utf-8", body);
    }

    /** A recorded answer. */
    public static Reply of(Recordings.Recording recording) {
        String type = recording.headers().getOrDefault("content-type", "application/json");
        Reply reply = of(recording.entry().status(), type, recording.body());
        for (var header : recording.headers().entrySet()) {
            if (!header.getKey().equals("transfer-encoding")) {
                reply = reply.withHeader(header.getKey(), header.getValue());
            }
        }
        return reply;
    }

    /** Accepts the request and never answers. */
    public static Reply hanging() {
        return json(200, "{}").cutAfter(0, Ending.SILENCE);
    }

    /** Adds or changes a header. */
    public Reply withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new Reply(status, Map.copyOf(more), body, chop, delayMillis, headDelayMillis, cutAfter, ending);
    }

    /** Writes so many bytes at a time, wherever that cuts events and characters. */
    public Reply chopped(int bytes) {
        return new Reply(status, headers, body, bytes, delayMillis, headDelayMillis, cutAfter, ending);
    }

    /** Pauses between writes. */
    public Reply withPauses(long millis) {
        return new Reply(status, headers, body, chop, millis, headDelayMillis, cutAfter, ending);
    }

    /** Waits before the head. */
    public Reply late(long millis) {
        return new Reply(status, headers, body, chop, delayMillis, millis, cutAfter, ending);
    }

    /** Ends the connection after so many bytes of the body. */
    public Reply cutAfter(int bytes, Ending how) {
        return new Reply(status, headers, body, chop, delayMillis, headDelayMillis, bytes, how);
    }

    /** Ends every line with CR LF, as some providers do. */
    public Reply withCrLf() {
        return withBody(Buffer.buffer(body.toString().replace("\n", "\r\n")));
    }

    /** Compresses the body. */
    public Reply gzipped() {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body.getBytes());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return withBody(Buffer.buffer(compressed.toByteArray())).withHeader("content-encoding", "gzip");
    }

    private Reply withBody(Buffer changed) {
        return new Reply(status, headers, changed, chop, delayMillis, headDelayMillis, cutAfter, ending);
    }
}
