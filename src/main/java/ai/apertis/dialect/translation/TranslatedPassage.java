package ai.apertis.dialect.translation;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Seen;
import ai.apertis.dialect.StreamDecoder;
import ai.apertis.dialect.StreamEncoder;
import ai.apertis.dialect.TextSample;
import ai.apertis.http.SseEvent;
import ai.apertis.money.Usage;
import org.jspecify.annotations.Nullable;

/** A stream from one dialect into another: each event decoded, and what it means encoded. */
final class TranslatedPassage implements Passage {
    private final EventReader reader;
    private final StreamEncoder encoder;
    private final String model;
    private final long choices;
    private final StreamNotes notes = new StreamNotes();
    private boolean started;

    TranslatedPassage(StreamDecoder decoder, StreamEncoder encoder, String model, long choices) {
        this.reader = new EventReader(decoder);
        this.encoder = encoder;
        this.model = model;
        this.choices = choices;
    }

    @Override
    public Seen pass(SseEvent event, EventSink out) {
        if (!event.hasData()) {
            return Seen.OTHER;
        }
        try {
            reader.read(event, told -> translate(told, out));
        } catch (ApiException e) {
            notes.failed(e.error());
        }
        if (notes.error() != null) {
            return Seen.ERROR;
        }
        boolean content = notes.takeContent();
        return notes.ended() ? Seen.END : content ? Seen.CONTENT : Seen.OTHER;
    }

    /** The ends are written when the relay says so: after the answer is paid for. */
    private void translate(ChatEvent told, EventSink out) {
        notes.note(told);
        if (told instanceof ChatEvent.End || told instanceof ChatEvent.Failure) {
            return;
        }
        if (told instanceof ChatEvent.Start start) {
            started = true;
            write(start.model().isEmpty() ? new ChatEvent.Start(start.id(), model, start.created()) : start, out);
        } else {
            write(told, out);
        }
    }

    private void write(ChatEvent event, EventSink out) {
        byte[] bytes = encoder.encode(event);
        if (bytes.length > 0) {
            out.event(bytes);
        }
    }

    @Override
    public void end(Receipt receipt, EventSink out) {
        write(new ChatEvent.Metered(receipt.usage(), receipt.costNano()), out);
        write(new ChatEvent.End(), out);
    }

    @Override
    public void cutOff(String reason, Receipt receipt, EventSink out) {
        notes.cutOff(reason, receipt, choices).forEach(event -> write(event, out));
    }

    @Override
    public void fail(ApiError failure, EventSink out) {
        if (!started) {
            write(new ChatEvent.Start("", model, 0), out);
        }
        write(new ChatEvent.Failure(failure), out);
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
