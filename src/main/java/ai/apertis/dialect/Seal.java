package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import org.jspecify.annotations.Nullable;

/**
 * What a provider gives along with reasoning or a call, to be given back unchanged: Anthropic's signature, Gemini's
 * thought signature, OpenAI's encrypted content. Only its own maker can read it, so it remembers which dialect that is.
 *
 * @param maker the dialect of the provider that made it
 * @param value the text as the provider wrote it
 * @param itemId the id of the item that it belongs to (OpenAI Responses), null elsewhere
 */
public record Seal(
        DialectName maker, String value, @Nullable String itemId) {
    /** Begins every text that is another maker's seal. */
    public static final String FOREIGN = "apertis.";

    /** A seal that belongs to no item. */
    public Seal(DialectName maker, String value) {
        this(maker, value, null);
    }

    /**
     * The text to put into a field of a dialect: as it is in the maker's own dialect, else marked with its maker, so that it
     * finds its way back when the client repeats it.
     *
     * @param dialect the dialect written
     * @return the text
     */
    public String in(DialectName dialect) {
        return dialect == maker ? value : mark(maker) + (itemId == null ? "" : itemId) + "." + value;
    }

    /**
     * Reads what {@link #in} wrote, or a provider's own text.
     *
     * @param dialect the dialect read
     * @param text the field's text
     * @return the seal
     */
    public static Seal read(DialectName dialect, String text) {
        for (DialectName maker : DialectName.values()) {
            int from = mark(maker).length();
            int dot = text.startsWith(mark(maker)) ? text.indexOf('.', from) : -1;
            if (dot >= 0) {
                return new Seal(maker, text.substring(dot + 1), dot == from ? null : text.substring(from, dot));
            }
        }
        return new Seal(dialect, text);
    }

    private static String mark(DialectName maker) {
        return FOREIGN + maker.configName() + ".";
    }
}
