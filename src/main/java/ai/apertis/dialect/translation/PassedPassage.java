package ai.apertis.dialect.translation;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Dialect;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Seen;
import ai.apertis.dialect.StreamDecoder;
import ai.apertis.dialect.StreamEncoder;
import ai.apertis.dialect.TextSample;
import ai.apertis.http.SseEvent;
import ai.apertis.money.Usage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A stream within one dialect: every event as it came, decoded only to see what it means. The event that ends the answer
 * is held back until the answer is paid for.
 */
final class PassedPassage implements Passage {
    private static final byte[] MESSAGE_STOP =
            "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n".getBytes(StandardCharsets.UTF_8);

    private final DialectName dialect;
    private final StreamDecoder decoder;
    /** Knows how this dialect tells a failure; of the answer it hears only the beginning. */
    private final StreamEncoder failures;

    private final long choices;
    private final StreamNotes notes = new StreamNotes();
    private boolean started;
    private byte @Nullable [] last;

    PassedPassage(Dialect dialect, ChatRequest request) {
        this.dialect = dialect.name();
        this.decoder = dialect.streamDecoder().get();
        this.failures = dialect.streamEncoder().apply(request);
        Long n = request.sampling().n();
        this.choices = n == null ? 1 : n;
    }

    @Override
    public Seen pass(SseEvent event, EventSink out) {
        if (!event.hasData()) {
            out.same();
            return Seen.OTHER;
        }
        try {
            decoder.event(event.name(), event.buffer(), event.dataFrom(), event.dataTo(), this::note);
        } catch (ApiException unreadable) {
            // What cannot be read here may still be for the client.
            out.same();
            return Seen.OTHER;
        }
        if (notes.error() != null) {
            return Seen.ERROR;
        }
        boolean content = notes.takeContent();
        // Google has no event of its own for the end: it is in the last of the content.
        boolean over = notes.ended() || (dialect == DialectName.GEMINI && notes.finishes() >= choices);
        if (over) {
            if (last == null) {
                last = copy(event);
            }
            return Seen.END;
        }
        out.same();
        return content ? Seen.CONTENT : Seen.OTHER;
    }

    private void note(ChatEvent event) {
        notes.note(event);
        if (event instanceof ChatEvent.Start && !started) {
            started = true;
            failures.encode(event);
        }
    }

    private static byte[] copy(SseEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (event.name() != null) {
            bytes.writeBytes(("event: " + event.name() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        String data =
                new String(event.buffer(), event.dataFrom(), event.dataTo() - event.dataFrom(), StandardCharsets.UTF_8);
        data.lines().forEach(line -> bytes.writeBytes(("data: " + line + "\n").getBytes(StandardCharsets.UTF_8)));
        bytes.write('\n');
        return bytes.toByteArray();
    }

    @Override
    public void end(EventSink out) {
        if (last != null) {
            out.event(last);
        } else if (dialect == DialectName.ANTHROPIC) {
            out.event(MESSAGE_STOP);
        }
    }

    @Override
    public void fail(ApiError failure, EventSink out) {
        out.event(failures.encode(new ChatEvent.Failure(failure)));
    }

    @Override
    public @Nullable Usage usage() {
        return notes.usage();
    }

    @Override
    public TextSample text() {
        return notes.text();
    }

    @Override
    public boolean finished() {
        return notes.finishes() > 0;
    }

    @Override
    public @Nullable ApiError error() {
        return notes.error();
    }
}
