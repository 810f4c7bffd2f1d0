package ai.apertis.dialect;

import ai.apertis.config.DialectName;

/**
 * What a provider gives along with reasoning or a call, to be given back unchanged: Anthropic's signature, Gemini's
 * thought signature, OpenAI's encrypted content. Only its own maker can read it, so it remembers which dialect that is.
 *
 * @param maker the dialect of the provider that made it
 * @param value the text as the provider wrote it
 */
public record Seal(DialectName maker, String value) {
    private static final String FOREIGN = "apertis.";

    /**
     * The text to put into a field of a dialect: as it is in the maker's own dialect, else marked with its maker, so that it
     * finds its way back when the client repeats it.
     *
     * @param dialect the dialect written
     * @return the text
     */
    public String in(DialectName dialect) {
        return dialect == maker ? value : FOREIGN + maker.configName() + "." + value;
    }

    /**
     * Reads what {@link #in} wrote, or a provider's own text.
     *
     * @param dialect the dialect read
     * @param text the field's text
     * @return the seal
     */
    public static Seal read(DialectName dialect, String text) {
        if (text.startsWith(FOREIGN)) {
            for (DialectName maker : DialectName.values()) {
                String mark = FOREIGN + maker.configName() + ".";
                if (text.startsWith(mark)) {
                    return new Seal(maker, text.substring(mark.length()));
                }
            }
        }
        return new Seal(dialect, text);
    }
}
