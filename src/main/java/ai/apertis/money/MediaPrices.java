package ai.apertis.money;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Prices of image tokens, of images by their form, and of characters.
 *
 * @param imageInputPico pico-USD per prompt token that is an image
 * @param imageOutputPico pico-USD per generated token that is an image
 * @param characterPico pico-USD per character to be spoken
 * @param imageNano nano-USD per generated image, or second of a generated video, of a form: {@code "high 1024x1024"},
 *     {@code "high"} or {@code "1024x1024"}
 */
public record MediaPrices(long imageInputPico, long imageOutputPico, long characterPico, Map<String, Long> imageNano) {

    /** Copies the map into an order that is the same in every process, for the version of the prices. */
    public MediaPrices {
        imageNano = Collections.unmodifiableMap(new TreeMap<>(imageNano));
    }

    /** Image tokens cost what text costs, and nothing else costs anything. */
    static MediaPrices like(long inputPico, long outputPico) {
        return new MediaPrices(inputPico, outputPico, 0, Map.of());
    }

    boolean isFree() {
        return imageInputPico == 0
                && imageOutputPico == 0
                && characterPico == 0
                && imageNano.values().stream().allMatch(price -> price == 0);
    }

    /** The price of an image of a form, the most particular first. */
    long imageNano(String quality, String size, long otherwise) {
        return Stream.of(quality + " " + size, quality, size)
                .filter(imageNano::containsKey)
                .map(imageNano::get)
                .findFirst()
                .orElse(otherwise);
    }

    /** As in {@link Prices#toString}. */
    @Override
    public String toString() {
        return "MediaPrices[imageInputPico=" + imageInputPico + ", imageOutputPico=" + imageOutputPico
                + ", characterPico=" + characterPico + ", imageNano=" + imageNano + "]";
    }
}
