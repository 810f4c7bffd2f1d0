package ai.apertis.dialect.openai;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Seen;
import ai.apertis.dialect.Splice;
import ai.apertis.dialect.TextSample;
import ai.apertis.http.SseBytes;
import ai.apertis.http.SseEvent;
import ai.apertis.money.Usage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI stream to an OpenAI client: every event as it came, but for two things. The usage-only chunk that we asked
 * for and the client did not is kept back; and what lesser providers leave out ({@code id}, {@code object},
 * {@code created}, {@code choices}, the empty {@code usage} beside one that was asked for), on which strict clients break,
 * is put in.
 */
final class OpenAiPassage implements Passage {
    private static final byte[] DONE = ascii("[DONE]");
    private static final byte[] DONE_EVENT = ascii("data: [DONE]\n\n");

    private final boolean usageWanted;
    private final TextSample text;
    private final ChunkScan scan = new ChunkScan();
    private @Nullable Usage usage;
    private @Nullable ApiError error;
    private boolean finished;
    private @Nullable String filler;

    OpenAiPassage(boolean usageWanted, TextSample text) {
        this.usageWanted = usageWanted;
        this.text = text;
    }

    @Override
    public Seen pass(SseEvent event, EventSink out) {
        if (!event.hasData()) {
            out.same();
            return Seen.OTHER;
        }
        if (event.dataIs(DONE)) {
            return Seen.END;
        }
        scan.scan(event.buffer(), event.dataFrom(), event.dataTo(), text);
        if (!scan.readable()) {
            out.same();
            return Seen.OTHER;
        }
        if (scan.hasError() && !scan.hasContent()) {
            error = OpenAiErrors.read(200, event.buffer(), event.dataFrom(), event.dataTo());
            return Seen.ERROR;
        }
        finished |= scan.hasFinish();
        if (scan.hasUsage()) {
            Usage told = OpenAiUsage.read(event.buffer(), scan.usageFrom(), scan.usageTo());
            usage = told == null ? usage : told;
            if (!usageWanted && (scan.choicesEmpty() || !scan.choices().present())) {
                return Seen.OTHER;
            }
        }
        if (scan.hasGroq() && usage == null) {
            usage = OpenAiUsage.inside(event.buffer(), scan.groqFrom(), scan.groqTo());
        }
        if (scan.isWhole() && (!usageWanted || scan.usage().present())) {
            out.same();
        } else {
            fillIn(event, out);
        }
        return scan.hasContent() ? Seen.CONTENT : Seen.OTHER;
    }

    @Override
    public void end(EventSink out) {
        out.event(DONE_EVENT);
    }

    @Override
    public void fail(ApiError failure, EventSink out) {
        out.event(SseBytes.event(OpenAiErrors.body(failure)));
        end(out);
    }

    @Override
    public @Nullable Usage usage() {
        return usage;
    }

    @Override
    public TextSample text() {
        return text;
    }

    @Override
    public boolean finished() {
        return finished;
    }

    @Override
    public @Nullable ApiError error() {
        return error;
    }

    private void fillIn(SseEvent event, EventSink out) {
        if (filler == null) {
            filler = Ids.next("chatcmpl-");
        }
        byte[] data = Arrays.copyOfRange(event.buffer(), event.dataFrom(), event.dataTo());
        scan.scan(data, 0, data.length, new TextSample());
        Splice edits = new Splice(data);
        OpenAiAnswer.fill(edits, scan, "id", scan.id(), '"' + filler + '"');
        OpenAiAnswer.fill(edits, scan, "object", scan.object(), "\"chat.completion.chunk\"");
        OpenAiAnswer.fill(edits, scan, "created", scan.created(), Long.toString(System.currentTimeMillis() / 1_000));
        OpenAiAnswer.fill(edits, scan, "choices", scan.choices(), "[]");
        if (usageWanted) {
            OpenAiAnswer.fill(edits, scan, "usage", scan.usage(), "null");
        }
        out.event(SseBytes.event(edits.apply()));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
