package ai.apertis.dialect;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** OpenAI's own description of its API, which lies beside the recordings. */
public final class OpenAiSpec {
    private final ObjectNode spec;
    private final Map<String, JsonSchema> schemas = new HashMap<>();

    private OpenAiSpec(ObjectNode spec) {
        this.spec = spec;
    }

    /**
     * Reads it, or skips the test where it is not there.
     *
     * @return the description
     */
    public static OpenAiSpec open() {
        String shared = Objects.requireNonNullElse(
                System.getProperty("apertis.shared", System.getenv("APERTIS_SHARED")), "../shared");
        Path file = Path.of(shared, "specs", "openai-openapi.yaml");
        assumeTrue(Files.isRegularFile(file), () -> "no description of OpenAI's API at " + file);
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(16 << 20);
        options.setMaxAliasesForCollections(1_000);
        try (Reader reader = Files.newBufferedReader(file)) {
            return new OpenAiSpec(Recording.JSON.valueToTree(new Yaml(options).<Object>load(reader)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Compares with a schema.
     *
     * @param schema its name among the components
     * @param json what to look at
     * @return what is wrong, empty when nothing is
     */
    public Set<String> problems(String schema, JsonNode json) {
        return schemas.computeIfAbsent(schema, this::schema).validate(json).stream()
                .map(ValidationMessage::getMessage)
                .collect(Collectors.toSet());
    }

    /**
     * Compares a streamed event with the schema of its type.
     *
     * @param event of the Responses API
     * @return what is wrong, empty when nothing is
     */
    public Set<String> eventProblems(JsonNode event) {
        String type = event.path("type").asText();
        for (JsonNode one : spec.at("/components/schemas/ResponseStreamEvent/anyOf")) {
            String name = one.path("$ref").asText().replace("#/components/schemas/", "");
            if (spec.at("/components/schemas/" + name + "/properties/type/enum/0")
                    .asText()
                    .equals(type)) {
                return problems(name, event);
            }
        }
        return Set.of("no event is called " + type);
    }

    private JsonSchema schema(String name) {
        ObjectNode root = Json.object().put("$ref", "#/components/schemas/" + name);
        root.set("components", spec.get("components"));
        SchemaValidatorsConfig config =
                SchemaValidatorsConfig.builder().nullableKeywordEnabled(true).build();
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root, config);
    }
}
