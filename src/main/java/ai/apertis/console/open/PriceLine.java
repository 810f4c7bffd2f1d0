package ai.apertis.console.open;

import ai.apertis.catalog.Model;
import ai.apertis.console.Numbers;
import ai.apertis.money.Prices;
import java.util.ArrayList;
import java.util.List;

/**
 * One price of a model.
 *
 * @param what is paid for
 * @param amount in dollars, for people
 * @param unit of what so much is
 */
public record PriceLine(String what, String amount, String unit) {
    private static final String MILLION = "million tokens";
    private static final long NANO_IN_A_MILLION = 1_000;

    /** Dollars for a million of what costs so much each. */
    static String perMillion(long pico) {
        return Numbers.usd(pico * NANO_IN_A_MILLION);
    }

    /** The price that a list shows for what is sent. */
    static String input(Model model) {
        Prices prices = model.prices();
        if (prices.isFree()) {
            return "free";
        }
        if (prices.inputPico() > 0 || prices.outputPico() > 0) {
            return perMillion(prices.inputPico());
        }
        return of(prices).stream()
                .findFirst()
                .map(line -> line.amount() + " / " + line.unit())
                .orElse("–");
    }

    /** The price that a list shows for what comes back. */
    static String output(Model model) {
        Prices prices = model.prices();
        if (prices.isFree()) {
            return "free";
        }
        return prices.inputPico() > 0 || prices.outputPico() > 0 ? perMillion(prices.outputPico()) : "–";
    }

    /** All that costs anything, whatever the length of the prompt. */
    static List<PriceLine> of(Prices prices) {
        List<PriceLine> lines = tokens(prices);
        if (prices.media().imageInputPico() != prices.inputPico()) {
            tokens(lines, "Image tokens read", prices.media().imageInputPico());
        }
        if (prices.media().imageOutputPico() != prices.outputPico()) {
            tokens(lines, "Image tokens made", prices.media().imageOutputPico());
        }
        if (prices.media().characterPico() > 0) {
            lines.add(new PriceLine("Text spoken", perMillion(prices.media().characterPico()), "million characters"));
        }
        each(lines, "Request", prices.requestNano(), "request");
        each(lines, "Image", prices.imageNano(), "image");
        each(lines, "Sound or video", prices.secondNano(), "second");
        prices.media()
                .imageNano()
                .forEach((form, nano) -> each(lines, form, nano, prices.secondNano() > 0 ? "second" : "image"));
        return lines;
    }

    /** Those of tokens, which change with the length of the prompt. */
    static List<PriceLine> tokens(Prices prices) {
        List<PriceLine> lines = new ArrayList<>();
        if (prices.inputPico() > 0 || prices.outputPico() > 0) {
            tokens(lines, "Input", prices.inputPico());
            tokens(lines, "Output", prices.outputPico());
            tokens(lines, "Cache read", prices.cacheReadPico());
            tokens(lines, "Cache write", prices.cacheWritePico());
        }
        if (prices.audioInputPico() != prices.inputPico()) {
            tokens(lines, "Audio heard", prices.audioInputPico());
        }
        if (prices.audioOutputPico() != prices.outputPico()) {
            tokens(lines, "Audio spoken", prices.audioOutputPico());
        }
        return lines;
    }

    private static void tokens(List<PriceLine> lines, String what, long pico) {
        lines.add(new PriceLine(what, perMillion(pico), MILLION));
    }

    private static void each(List<PriceLine> lines, String what, long nano, String unit) {
        if (nano > 0) {
            lines.add(new PriceLine(what, Numbers.usd(nano), unit));
        }
    }
}
