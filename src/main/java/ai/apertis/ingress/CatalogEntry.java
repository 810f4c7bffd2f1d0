package ai.apertis.ingress;

import ai.apertis.catalog.Model;
import ai.apertis.config.ModelKind;
import ai.apertis.dialect.Json;
import ai.apertis.money.MediaPrices;
import ai.apertis.money.NanoUsd;
import ai.apertis.money.Prices;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A model of the catalogue as anybody may see it: what it is, what it can, and what it costs. */
final class CatalogEntry {
    /** A million pico-USD a token are a dollar per million tokens. */
    private static final int PICO_DECIMALS = 6;

    private static final int THOUSANDTHS_DECIMALS = 3;

    private CatalogEntry() {}

    static ObjectNode of(Model model) {
        LocalDate released = model.released();
        ObjectNode entry = Json.object()
                .put("id", model.id())
                .put("object", "model")
                .put("name", model.name())
                .put("vendor", model.vendor())
                .put("description", model.description())
                .put("context_length", model.contextLength())
                .put("max_output", model.maxOutput())
                .put("tier", model.tier().name().toLowerCase(Locale.ROOT))
                .put("status", model.status())
                .put("available", !model.endpoints().isEmpty())
                .put("data_policy", model.dataPolicy())
                .put("released", released == null ? null : released.toString());
        texts(entry.putArray("aliases"), model.aliases());
        texts(
                entry.putArray("kinds"),
                model.kinds().stream().map(ModelKind::configName).toList());
        texts(entry.putArray("input_modalities"), model.inputModalities());
        texts(entry.putArray("output_modalities"), model.outputModalities());
        texts(entry.putArray("capabilities"), model.capabilities());
        ObjectNode multipliers = entry.putObject("multipliers");
        new TreeMap<>(model.multipliers())
                .forEach((plan, thousandths) -> multipliers.put(plan, plain(thousandths, THOUSANDTHS_DECIMALS)));
        pricing(entry.putObject("pricing"), model.prices());
        return entry;
    }

    private static void texts(ArrayNode array, Collection<String> texts) {
        texts.stream().sorted().forEach(array::add);
    }

    /** In US dollars: tokens and characters per million, the rest each. What costs nothing beside tokens is left out. */
    private static void pricing(ObjectNode node, Prices prices) {
        node.put("currency", "USD");
        tokens(node, prices);
        MediaPrices media = prices.media();
        if (media.imageInputPico() != prices.inputPico()) {
            node.put("image_input", plain(media.imageInputPico(), PICO_DECIMALS));
        }
        if (media.imageOutputPico() != prices.outputPico()) {
            node.put("image_output", plain(media.imageOutputPico(), PICO_DECIMALS));
        }
        if (media.characterPico() > 0) {
            node.put("characters", plain(media.characterPico(), PICO_DECIMALS));
        }
        each(node, "per_request", prices.requestNano());
        each(node, "per_image", prices.imageNano());
        each(node, "per_second", prices.secondNano());
        if (!media.imageNano().isEmpty()) {
            ObjectNode images = node.putObject("images");
            for (Map.Entry<String, Long> form : media.imageNano().entrySet()) {
                images.put(form.getKey(), NanoUsd.toUsd(form.getValue()));
            }
        }
        if (!prices.tiers().isEmpty()) {
            ArrayNode tiers = node.putArray("tiers");
            prices.tiers()
                    .forEach(tier -> tokens(tiers.addObject().put("above", tier.abovePromptTokens()), tier.prices()));
        }
    }

    private static void tokens(ObjectNode node, Prices prices) {
        node.put("input", plain(prices.inputPico(), PICO_DECIMALS))
                .put("output", plain(prices.outputPico(), PICO_DECIMALS))
                .put("cache_read", plain(prices.cacheReadPico(), PICO_DECIMALS))
                .put("cache_write", plain(prices.cacheWritePico(), PICO_DECIMALS));
        if (prices.audioInputPico() != prices.inputPico()) {
            node.put("audio_input", plain(prices.audioInputPico(), PICO_DECIMALS));
        }
        if (prices.audioOutputPico() != prices.outputPico()) {
            node.put("audio_output", plain(prices.audioOutputPico(), PICO_DECIMALS));
        }
    }

    private static void each(ObjectNode node, String name, long nano) {
        if (nano > 0) {
            node.put(name, NanoUsd.toUsd(nano));
        }
    }

    private static BigDecimal plain(long number, int decimals) {
        BigDecimal value = BigDecimal.valueOf(number, decimals).stripTrailingZeros();
        return value.scale() < 0 ? value.setScale(0) : value;
    }
}
