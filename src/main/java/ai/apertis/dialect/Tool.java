package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Something that the model may use. */
public sealed interface Tool {
    /**
     * A function of the client.
     *
     * @param name its name, that of its group included
     * @param description what it is for, null when not told
     * @param parameters JSON Schema of its arguments, null when it takes none
     * @param strict whether arguments must match the schema, null when not told
     * @param cache where to cache the prompt up to, null for nowhere
     * @param group the group that it was declared in, null for none
     * @param extras fields of the client's dialect that have no place here
     */
    record Function(
            String name,
            @Nullable String description,
            @Nullable JsonNode parameters,
            @Nullable Boolean strict,
            @Nullable CacheMark cache,
            @Nullable ToolGroup group,
            Extras extras)
            implements Tool {
        /** One that stands by itself. */
        public Function(
                String name,
                @Nullable String description,
                @Nullable JsonNode parameters,
                @Nullable Boolean strict,
                @Nullable CacheMark cache,
                Extras extras) {
            this(name, description, parameters, strict, cache, null, extras);
        }
    }

    /**
     * One of OpenAI's custom tools, which take free text.
     *
     * @param name its name
     * @param description what it is for, null when not told
     * @param format the grammar of its text, null for any text
     * @param extras fields of the client's dialect that have no place here
     */
    record Custom(
            String name,
            @Nullable String description,
            @Nullable JsonNode format,
            Extras extras) implements Tool {}

    /**
     * A tool that the provider runs itself.
     *
     * @param dialect whose it is
     * @param path where the client wrote it
     * @param json as written
     */
    record Server(DialectName dialect, String path, ObjectNode json) implements Tool {}
}
