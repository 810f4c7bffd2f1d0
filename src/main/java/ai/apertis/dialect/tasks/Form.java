package ai.apertis.dialect.tasks;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Fallbacks;
import ai.apertis.dialect.Portability;
import ai.apertis.http.MultipartPart;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A multipart form: its fields by name, and how it is changed for a provider. */
final class Form {
    private static final String MODEL = "model";
    private static final int MOST_FALLBACKS = 5;

    private final List<MultipartPart> parts;

    Form(List<MultipartPart> parts) {
        this.parts = parts;
    }

    /** A field's text, empty when it is not there. */
    String text(String name) {
        return fields(name).map(MultipartPart::text).findFirst().orElse("");
    }

    /** A field that is {@code true} or is not. */
    boolean isTrue(String name) {
        return text(name).equalsIgnoreCase("true");
    }

    /** A field that is a whole number within bounds. */
    int number(String name, int otherwise, int min, int max) {
        String text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw outOfRange(name, min, max);
        }
        throw outOfRange(name, min, max);
    }

    private static RuntimeException outOfRange(String name, int min, int max) {
        return ApiError.invalidParameter(name, "'" + name + "' must be a whole number from " + min + " to " + max + ".")
                .exception();
    }

    /** The files of a field, which may be repeated as {@code name[]}. */
    List<MultipartPart> files(String name) {
        return parts.stream()
                .filter(part -> part.isFile())
                .filter(part -> part.name().equals(name) || part.name().startsWith(name + "["))
                .toList();
    }

    /** The model's name; a second one would leave open which of them the provider takes. */
    String model() {
        List<MultipartPart> named = fields(MODEL).toList();
        if (named.isEmpty() || named.getFirst().text().isBlank()) {
            throw ApiError.missingParameter(MODEL).exception();
        }
        if (parts.stream().filter(part -> part.name().equals(MODEL)).count() > 1) {
            throw ApiError.invalidParameter(MODEL, "'model' must be given once.")
                    .exception();
        }
        return named.getFirst().text();
    }

    Fallbacks fallbacks() {
        List<String> models = Stream.concat(fields("fallback_models"), fields("fallback_models[]"))
                .flatMap(part -> Stream.of(part.text().split(",", -1)))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        if (models.size() > MOST_FALLBACKS) {
            throw ApiError.invalidParameter("fallback_models", "'fallback_models' has at most 5 models.")
                    .exception();
        }
        int timeout = number("fallback_timeout", 0, 5_000, 300_000);
        @Nullable Boolean enabled = text("fallback_enabled").isEmpty() ? null : isTrue("fallback_enabled");
        return new Fallbacks(models.isEmpty() ? null : models, timeout == 0 ? null : (long) timeout, enabled);
    }

    /** The model's name put in, the gateway's own fields taken out. */
    List<FormEdit> edits(String upstreamModel) {
        List<FormEdit> edits = new ArrayList<>();
        for (MultipartPart part : parts) {
            String name = part.name().replace("[]", "");
            if (!part.isFile() && name.equals(MODEL)) {
                edits.add(new FormEdit(part.valueFrom(), part.valueTo(), upstreamModel));
            } else if (Portability.GATEWAY_FIELDS.contains(name)) {
                edits.add(new FormEdit(part.from(), part.valueTo(), ""));
            }
        }
        return edits;
    }

    /** Bytes of the fields that may be text for the model. */
    long textBytes() {
        return parts.stream()
                .filter(part -> !part.isFile())
                .mapToLong(MultipartPart::size)
                .sum();
    }

    private Stream<MultipartPart> fields(String name) {
        return parts.stream().filter(part -> !part.isFile() && part.name().equals(name));
    }
}
