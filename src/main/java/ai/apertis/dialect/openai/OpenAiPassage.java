package ai.apertis.dialect.openai;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Seen;
import ai.apertis.dialect.Splice;
import ai.apertis.dialect.StopReason;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.UsageCost;
import ai.apertis.http.SseBytes;
import ai.apertis.http.SseEvent;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI stream to an OpenAI client: every event as it came, but for four things. The usage-only chunk that we asked
 * for and the client did not is kept back; what lesser providers leave out ({@code id}, {@code object}, {@code created},
 * {@code choices}, the empty {@code usage} beside one that was asked for, {@code type} and {@code index} of tool calls), on
 * which strict clients break, is put in; usage beside other things gets a chunk of its own for clients that want it so; and
 * usage that is to tell the cost waits for the bill.
 */
final class OpenAiPassage implements Passage {
    private static final byte[] DONE = ascii("[DONE]");
    private static final byte[] DONE_EVENT = ascii("data: [DONE]\n\n");

    private static final byte[] NULL = ascii("null");
    private static final byte[] NONE = ascii("[]");

    private final boolean usageWanted;
    private final boolean usageApart;
    private final boolean tellsCost;
    private final int choices;
    private final TextSample text;
    private final ChunkScan scan = new ChunkScan();
    private final BitSet finishedChoices = new BitSet();
    private byte @Nullable [] first;
    private byte @Nullable [] unpriced;
    private @Nullable Usage usage;
    private @Nullable ApiError error;
    private boolean finished;
    private @Nullable String filler;
    private @Nullable CallFields calls;

    OpenAiPassage(UsageWish usage, boolean tellsCost, int choices, TextSample text) {
        this.usageWanted = usage.asked() || tellsCost;
        this.usageApart = usage.apart();
        this.tellsCost = tellsCost;
        this.choices = choices;
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
        if (first == null) {
            first = data(event);
        }
        boolean over = finished && choices == 1;
        if (scan.hasFinish()) {
            finish(event);
        }
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
        if (usageApart && scan.hasUsage()) {
            apart(event, over && !scan.hasContent(), out);
        } else {
            send(event, out);
        }
        return scan.hasContent() ? Seen.CONTENT : Seen.OTHER;
    }

    private void send(SseEvent event, EventSink out) {
        boolean whole = scan.isWhole()
                && !lacksCallFields()
                && (!usageWanted || scan.usage().present());
        if (!usageApart) {
            release(out);
        }
        if (tellsCost && scan.hasUsage() && !scan.hasContent()) {
            unpriced = whole ? data(event) : filledIn(data(event), false);
        } else if (whole) {
            out.same();
        } else {
            out.event(SseBytes.event(filledIn(data(event), false)));
        }
    }

    /**
     * Keeps the usage for a chunk of its own at the end, and sends what else is in this one, unless the answer was over:
     * OpenRouter finishes it a second time beside the usage.
     */
    private void apart(SseEvent event, boolean over, EventSink out) {
        byte[] data = data(event);
        if (scan.choices().filled() && !scan.choicesEmpty() && !over) {
            out.event(SseBytes.event(filledIn(data, true)));
        }
        if (usageWanted) {
            Splice alone = completed(data);
            if (scan.choices().filled()) {
                alone.replace(scan.choices().from(), scan.choices().to(), NONE);
            }
            unpriced = alone.apply();
        }
    }

    private boolean lacksCallFields() {
        return scan.lacksTypes() || scan.lacksIndexes();
    }

    private void finish(SseEvent event) {
        finished = true;
        if (choices > 1) {
            for (JsonNode choice : told(data(event)).path("choices")) {
                if (choice.path("finish_reason").isTextual()) {
                    finishedChoices.set(Math.clamp(choice.path("index").asInt(), 0, choices));
                }
            }
        }
    }

    /** Usage that turned out not to be the last goes out as it came. */
    private void release(EventSink out) {
        if (unpriced != null) {
            out.event(SseBytes.event(unpriced));
            unpriced = null;
        }
    }

    @Override
    public void end(Receipt receipt, EventSink out) {
        Long cost = receipt.costNano();
        if (cost == null) {
            release(out);
        } else if (unpriced != null) {
            out.event(SseBytes.event(UsageCost.into(unpriced, cost, ChatUsage.write(receipt.usage(), null), "usage")));
        } else {
            ChatStreamEncoder words = words();
            words.encode(new ChatEvent.Metered(receipt.usage(), cost));
            out.event(words.encode(new ChatEvent.End()));
            return;
        }
        out.event(DONE_EVENT);
    }

    @Override
    public void cutOff(String reason, Receipt receipt, EventSink out) {
        ChatStreamEncoder words = words();
        words.encode(new ChatEvent.CutOff(reason));
        for (int choice = finishedChoices.nextClearBit(0);
                choice < choices;
                choice = finishedChoices.nextClearBit(choice + 1)) {
            words.encode(new ChatEvent.Finish(choice, StopReason.LENGTH, null));
        }
        words.encode(new ChatEvent.Metered(receipt.usage(), receipt.costNano()));
        out.event(words.encode(new ChatEvent.End()));
    }

    /** A chunk as far as it can be read: it was scanned only, and may still be no JSON. */
    private static JsonNode told(byte @Nullable [] chunk) {
        try {
            return chunk == null ? Json.object() : Json.answer(chunk);
        } catch (ApiException unreadable) {
            return Json.object();
        }
    }

    /** What goes on in the provider's stream under its id. */
    private ChatStreamEncoder words() {
        JsonNode told = told(first);
        ChatStreamEncoder words = new ChatStreamEncoder(usageWanted, !usageApart);
        String id = told.path("id").asText("");
        words.encode(new ChatEvent.Start(
                id.isEmpty() ? filler() : id,
                told.path("model").asText(""),
                told.path("created").asLong(0)));
        return words;
    }

    @Override
    public void fail(ApiError failure, EventSink out) {
        release(out);
        out.event(SseBytes.event(OpenAiErrors.body(failure)));
        out.event(DONE_EVENT);
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

    private static byte[] data(SseEvent event) {
        return Arrays.copyOfRange(event.buffer(), event.dataFrom(), event.dataTo());
    }

    private String filler() {
        String id = filler;
        if (id == null) {
            id = Ids.next("chatcmpl-");
            filler = id;
        }
        return id;
    }

    private byte[] filledIn(byte[] data, boolean withoutUsage) {
        Splice edits = completed(data);
        if (withoutUsage) {
            edits.replace(scan.usage().from(), scan.usage().to(), NULL);
        }
        if (lacksCallFields()) {
            CallFields fields = calls == null ? new CallFields(true) : calls;
            calls = fields;
            fields.fill(edits, data, scan.choices());
        }
        return edits.apply();
    }

    private Splice completed(byte[] data) {
        scan.scan(data, 0, data.length, new TextSample());
        Splice edits = new Splice(data);
        Filling filling = new Filling(edits, scan)
                .put("id", scan.id(), '"' + filler() + '"')
                .put("object", scan.object(), "\"chat.completion.chunk\"")
                .put("created", scan.created(), Long.toString(System.currentTimeMillis() / 1_000))
                .put("choices", scan.choices(), "[]");
        if (usageWanted) {
            filling.put("usage", scan.usage(), "null");
        }
        filling.fill();
        return edits;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
