package ai.apertis.ingress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * The description of the API in the form of OpenAPI 3.1, put together from the files under {@code
 * src/main/resources/openapi}: one for the head, one for a family of endpoints each, and those that they share.
 *
 * <p>Each file gives some {@code paths}, {@code webhooks} and {@code components}; what else stands in it (anchors) is for itself. Nothing is
 * given twice.
 */
public final class OpenApi {
    private static final String HEAD = "head";

    private static final List<String> FILES = List.of(
            "conversations",
            "responses",
            "gemini",
            "tasks",
            "media",
            "models",
            "changelog",
            "billing",
            "tokens",
            "admin-accounts",
            "admin-keys",
            "admin-money",
            "admin-alerts",
            "admin-server",
            "events",
            "management",
            "description",
            "wishes",
            "headers",
            "errors");

    /** More than snakeyaml takes without being told; the files are our own. */
    private static final int MOST_ALIASES = 1_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final ObjectNode document;
    private final TaggedFile json;
    private final TaggedFile yaml;

    private OpenApi(ObjectNode document) {
        this.document = document;
        this.json = TaggedFile.of("application/json", write(document));
        // RFC 9512.
        this.yaml = TaggedFile.of("application/yaml", yaml(document));
    }

    /**
     * The description that this build was shipped with.
     *
     * @param version of the build, told in {@code info.version}
     * @return the same at every call
     * @throws IllegalArgumentException naming the file that is missing, or what is given twice
     */
    public static OpenApi shipped(String version) {
        ObjectNode document = read(HEAD);
        ((ObjectNode) document.path("info")).put("version", version);
        for (String file : FILES) {
            ObjectNode part = read(file);
            add(document, "paths", part.path("paths"), file);
            add(document, "webhooks", part.path("webhooks"), file);
            part.path("components")
                    .properties()
                    .forEach(kind ->
                            add(document.withObjectProperty("components"), kind.getKey(), kind.getValue(), file));
        }
        return new OpenApi(document);
    }

    private static void add(ObjectNode to, String member, JsonNode from, String file) {
        ObjectNode all = to.withObjectProperty(member);
        from.properties().forEach(one -> {
            if (all.has(one.getKey())) {
                throw new IllegalArgumentException("openapi/" + file + ".yaml gives " + one.getKey() + " again");
            }
            all.set(one.getKey(), one.getValue());
        });
    }

    private static ObjectNode read(String name) {
        String path = "/openapi/" + name + ".yaml";
        try (InputStream file = OpenApi.class.getResourceAsStream(path)) {
            if (file == null) {
                throw new IllegalArgumentException(path + " is missing");
            }
            Map<String, Object> read = reader().load(new String(file.readAllBytes(), StandardCharsets.UTF_8));
            return JSON.valueToTree(read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Yaml reader() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(MOST_ALIASES);
        DumperOptions unused = new DumperOptions();
        return new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new TimesAsText());
    }

    /** Leaves times and dates as they are written. */
    private static final class TimesAsText extends Resolver {
        @Override
        public void addImplicitResolver(Tag tag, Pattern form, String first, int limit) {
            if (!tag.equals(Tag.TIMESTAMP)) {
                super.addImplicitResolver(tag, form, first, limit);
            }
        }
    }

    private static byte[] write(JsonNode document) {
        try {
            return JSON.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the description of the API could not be written", e);
        }
    }

    private static byte[] yaml(JsonNode document) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        return new Yaml(options).dump(JSON.convertValue(document, Map.class)).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The description as a tree, references as they are written.
     *
     * @return a copy, the caller's own
     */
    public ObjectNode document() {
        return document.deepCopy();
    }

    /** The description as JSON. */
    TaggedFile json() {
        return json;
    }

    /** The description as YAML, without anchors. */
    TaggedFile yaml() {
        return yaml;
    }
}
