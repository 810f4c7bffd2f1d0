package ai.apertis.console.reference;

import ai.apertis.console.reference.ApiOperation.Call;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes how an operation is asked by curl, with the description's own examples. */
final class Calls {
    private static final Pattern PLACE = Pattern.compile("\\{([a-z_]+)}");
    private static final ObjectWriter JSON = new ObjectMapper()
            .writer(new DefaultPrettyPrinter()
                    .withSeparators(
                            Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER)));

    private final Schemas schemas;

    Calls(Schemas schemas) {
        this.schemas = schemas;
    }

    Call call(String method, String path, JsonNode item, JsonNode operation, JsonNode security) {
        List<String> lines = new ArrayList<>();
        if (!security.isEmpty()) {
            String variable = security.get(0).has("admin") ? "APERTIS_ADMIN_TOKEN" : "APERTIS_KEY";
            lines.add("-H \"Authorization: Bearer $" + variable + "\"");
        }
        for (JsonNode named : operation.path("parameters")) {
            JsonNode one = schemas.resolved(named);
            if (one.path("in").asText().equals("header") && one.path("required").asBoolean()) {
                lines.add("-H \"" + one.path("name").asText() + ": " + example(one) + "\"");
            }
        }
        schemas.resolved(operation.path("requestBody")).path("content").properties().stream()
                .findFirst()
                .ifPresent(media -> lines.addAll(body(media.getKey(), media.getValue())));
        String verb = method.equals("get") || (method.equals("post") && operation.has("requestBody"))
                ? ""
                : "-X " + method.toUpperCase(Locale.ROOT) + " ";
        String query = query(operation);
        String address = filled(path, operation) + query;
        String quote = query.isEmpty() ? "" : "\"";
        StringBuilder after = new StringBuilder(address).append(quote);
        lines.forEach(line -> after.append(" \\\n  ").append(line));
        return new Call(item.path("servers").path(0).path("url").asText(), "curl " + verb + quote, after.toString());
    }

    private String filled(String path, JsonNode operation) {
        return PLACE.matcher(path).replaceAll(place -> {
            for (JsonNode named : operation.path("parameters")) {
                JsonNode one = schemas.resolved(named);
                if (one.path("name").asText().equals(place.group(1))
                        && !example(one).isEmpty()) {
                    return Matcher.quoteReplacement(example(one));
                }
            }
            return place.group(1).toUpperCase(Locale.ROOT);
        });
    }

    private String query(JsonNode operation) {
        StringBuilder query = new StringBuilder();
        for (JsonNode named : operation.path("parameters")) {
            JsonNode one = schemas.resolved(named);
            if (one.path("in").asText().equals("query") && one.path("required").asBoolean()) {
                query.append(query.isEmpty() ? '?' : '&')
                        .append(one.path("name").asText())
                        .append('=')
                        .append(URLEncoder.encode(example(one), StandardCharsets.UTF_8));
            }
        }
        return query.toString();
    }

    private String example(JsonNode parameter) {
        return parameter.has("example")
                ? parameter.path("example").asText()
                : schemas.example(parameter).asText();
    }

    private List<String> body(String type, JsonNode media) {
        JsonNode schema = schemas.resolved(media.path("schema"));
        List<String> lines = new ArrayList<>();
        if (type.equals("multipart/form-data")) {
            for (JsonNode name : schema.path("required")) {
                lines.add("-F " + name.asText() + "="
                        + switch (name.asText()) {
                            case "file" -> "@speech.mp3";
                            case "image" -> "@picture.png";
                            case "model" -> "sim/echo";
                            default -> "…";
                        });
            }
            return lines;
        }
        lines.add("-H \"Content-Type: " + type + "\"");
        JsonNode example = schemas.example(media);
        lines.add("-d '" + (example.isMissingNode() ? "{}" : written(example)).replace("'", "'\\''") + "'");
        return lines;
    }

    /** JSON for people. */
    static String written(JsonNode example) {
        try {
            return JSON.writeValueAsString(example);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an example could not be written", e);
        }
    }
}
