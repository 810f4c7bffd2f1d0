package ai.apertis.dialect.translation;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Resumable;
import ai.apertis.dialect.Seen;
import ai.apertis.dialect.StreamDecoder;
import ai.apertis.dialect.StreamEncoder;
import ai.apertis.dialect.TextSample;
import ai.apertis.http.SseEvent;
import ai.apertis.money.Usage;
import org.jspecify.annotations.Nullable;

/** A stream from one dialect into another: each event decoded, and what it means encoded. */
final class TranslatedPassage implements Resumable {
    private final EventReader reader;
    private final StreamEncoder encoder;
    private final String model;
    private final long choices;
    private final StreamNotes notes;
    /** What another provider would go on from; null where none may. */
    private final @Nullable Unbroken unbroken;

    private boolean started;

    TranslatedPassage(StreamDecoder decoder, StreamEncoder encoder, String model, long choices) {
        this(new EventReader(decoder), encoder, model, choices, new StreamNotes(), null);
    }

    private TranslatedPassage(
            EventReader reader,
            StreamEncoder encoder,
            String model,
            long choices,
            StreamNotes notes,
            @Nullable Unbroken unbroken) {
        this.reader = reader;
        this.encoder = encoder;
        this.model = model;
        this.choices = choices;
        this.notes = notes;
        this.unbroken = unbroken;
    }

    /** One that another provider may go on with, or goes on with another's. */
    static TranslatedPassage resumable(StreamDecoder decoder, StreamEncoder encoder, String model, Joint joint) {
        return new TranslatedPassage(
                new EventReader(decoder), encoder, model, 1, new StreamNotes(), new Unbroken(joint));
    }

    @Override
    public @Nullable String soFar() {
        return unbroken == null || notes.finishes() > 0 ? null : unbroken.soFar();
    }

    @Override
    public Resumable goOn(Resumable next) {
        if (unbroken == null || !(next instanceof TranslatedPassage other) || other.unbroken == null) {
            throw new IllegalArgumentException("this stream cannot be gone on with");
        }
        TranslatedPassage goingOn = new TranslatedPassage(
                other.reader, encoder, model, 1, notes.goingOn(), unbroken.goingOn(other.unbroken));
        goingOn.started = started;
        return goingOn;
    }

    @Override
    public Seen pass(SseEvent event, EventSink out) {
        if (!event.hasData()) {
            return Seen.OTHER;
        }
        try {
            reader.read(event, told -> {
                if (unbroken == null) {
                    translate(told, out);
                } else {
                    unbroken.joined(told, one -> translate(one, out));
                }
            });
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
            if (!started) {
                started = true;
                write(start.model().isEmpty() ? new ChatEvent.Start(start.id(), model, start.created()) : start, out);
            }
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
