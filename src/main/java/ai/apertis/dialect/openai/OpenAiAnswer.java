package ai.apertis.dialect.openai;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Splice;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.UsageCost;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.money.Usage;

/** A whole chat completion to an OpenAI client: as it came, with what strict clients break on put in. */
final class OpenAiAnswer {
    private static final ApiError NO_ANSWER =
            ApiError.server(502, "bad_gateway", "The provider's answer could not be read.");

    private OpenAiAnswer() {}

    static WholeAnswer read(byte[] body) {
        TextSample text = new TextSample();
        ChunkScan scan = new ChunkScan();
        scan.scan(body, 0, body.length, text);
        if (!scan.readable()) {
            return WholeAnswer.failed(NO_ANSWER);
        }
        if (scan.hasError() && !scan.hasContent()) {
            return WholeAnswer.failed(OpenAiErrors.read(200, body, 0, body.length));
        }
        if (!scan.choices().filled()) {
            return WholeAnswer.failed(NO_ANSWER);
        }
        Usage usage = scan.hasUsage() ? OpenAiUsage.read(body, scan.usageFrom(), scan.usageTo()) : null;
        byte[] whole = scan.isWhole() && !scan.lacksTypes() ? body : filled(body, scan);
        return WholeAnswer.of(receipt -> priced(whole, receipt), usage, text);
    }

    private static byte[] priced(byte[] body, Receipt receipt) {
        Long cost = receipt.costNano();
        return cost == null ? body : UsageCost.into(body, cost, ChatUsage.write(receipt.usage(), null), "usage");
    }

    private static byte[] filled(byte[] body, ChunkScan scan) {
        Splice edits = new Splice(body);
        new Filling(edits, scan)
                .put("id", scan.id(), '"' + Ids.next("chatcmpl-") + '"')
                .put("object", scan.object(), "\"chat.completion\"")
                .put("created", scan.created(), Long.toString(System.currentTimeMillis() / 1_000))
                .fill();
        if (scan.lacksTypes()) {
            new CallFields(false).fill(edits, body, scan.choices());
        }
        return edits.apply();
    }
}
