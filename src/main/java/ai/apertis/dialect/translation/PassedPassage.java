package ai.apertis.dialect.translation;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Dialect;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Seen;
import ai.apertis.dialect.SseWriter;
import ai.apertis.dialect.StreamDecoder;
import ai.apertis.dialect.StreamEncoder;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.UsageCost;
import ai.apertis.http.SseEvent;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    private final EventReader reader;
    /** Knows how this dialect tells what the provider does not: a failure, a cut. Hears only the answer's beginning. */
    private final StreamEncoder ownWords;

    private final long choices;
    private final StreamNotes notes = new StreamNotes();
    private boolean started;
    private @Nullable String lastName;
    private byte @Nullable [] last;

    PassedPassage(Dialect dialect, ChatRequest request) {
        this.dialect = dialect.name();
        this.decoder = dialect.streamDecoder().get();
        this.reader = new EventReader(decoder);
        this.ownWords = dialect.streamEncoder().apply(request);
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
            reader.read(event, this::note);
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
                lastName = event.name();
                last = Arrays.copyOfRange(event.buffer(), event.dataFrom(), event.dataTo());
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
            ownWords.encode(event);
        }
    }

    private static byte[] event(@Nullable String name, byte[] data) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (name != null) {
            bytes.writeBytes(("event: " + name + "\n").getBytes(StandardCharsets.UTF_8));
        }
        new String(data, StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> bytes.writeBytes(("data: " + line + "\n").getBytes(StandardCharsets.UTF_8)));
        bytes.write('\n');
        return bytes.toByteArray();
    }

    @Override
    public void end(Receipt receipt, EventSink out) {
        if (last != null) {
            out.event(event(lastName, priced(last, receipt, "response", "usage")));
        } else if (dialect == DialectName.ANTHROPIC) {
            out.event(MESSAGE_STOP);
        }
    }

    /** Only clients of Responses are told costs in a passed-on body; the others have headers and trailers. */
    static byte[] priced(byte[] json, Receipt receipt, String... path) {
        Long cost = receipt.costNano();
        if (cost == null) {
            return json;
        }
        Usage usage = receipt.usage();
        ObjectNode none = Json.object()
                .put("input_tokens", usage.promptTokens())
                .put("output_tokens", usage.completionTokens())
                .put("total_tokens", usage.promptTokens() + usage.completionTokens());
        return UsageCost.into(json, cost, none, path);
    }

    @Override
    public void cutOff(String reason, Receipt receipt, EventSink out) {
        SseWriter words = new SseWriter();
        boolean whole = decoder.cutOff(reason, receipt, words);
        byte[] closing = words.take();
        if (closing.length > 0) {
            out.event(closing);
        }
        if (!whole) {
            notes.cutOff(reason, receipt, choices).forEach(event -> {
                byte[] bytes = ownWords.encode(event);
                if (bytes.length > 0) {
                    out.event(bytes);
                }
            });
        }
    }

    @Override
    public void fail(ApiError failure, EventSink out) {
        out.event(ownWords.encode(new ChatEvent.Failure(failure)));
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
