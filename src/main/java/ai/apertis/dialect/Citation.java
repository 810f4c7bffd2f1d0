package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What a piece of text rests on.
 *
 * @param url the page, null when it is not one
 * @param title its title, null when not told
 * @param cited the words cited, null when not told
 * @param start index of the first character of the text that rests on it, -1 when not told
 * @param end index after the last such character, -1 when not told
 * @param dialect who wrote {@code json}
 * @param json the citation as it was written
 */
public record Citation(
        @Nullable String url,
        @Nullable String title,
        @Nullable String cited,
        int start,
        int end,
        DialectName dialect,
        ObjectNode json) {}
