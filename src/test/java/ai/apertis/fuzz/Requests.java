package ai.apertis.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.Splice;
import ai.apertis.dialect.tasks.EmbeddingTask;
import ai.apertis.dialect.tasks.GeminiEmbedTask;
import ai.apertis.dialect.tasks.ImageEditForm;
import ai.apertis.dialect.tasks.ImageTask;
import ai.apertis.dialect.tasks.ModerationTask;
import ai.apertis.dialect.tasks.RerankTask;
import ai.apertis.dialect.tasks.SpeechTask;
import ai.apertis.dialect.tasks.TranscriptionForm;
import ai.apertis.dialect.translation.ClientRequests;
import ai.apertis.dialect.translation.CountRequest;
import ai.apertis.http.MultipartPart;
import ai.apertis.http.MultipartScanner;
import ai.apertis.upstream.Voice;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What clients send. Documented: a 4xx, and for forms an {@link IllegalArgumentException} with a sentence for the client. */
final class Requests {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final List<DialectName> DIALECTS = List.of(DialectName.values());

    /** What may be changed in place beside the gateway's own fields. */
    private static final List<String> EDITED = List.of(
            "model",
            "stream_options",
            "max_tokens",
            "max_completion_tokens",
            "max_output_tokens",
            "generationConfig",
            "generation_config");

    private static final List<Function<byte[], ClientRequest>> TASKS = List.of(
            ClientRequests::completion,
            EmbeddingTask::read,
            RerankTask::read,
            ModerationTask::read,
            ImageTask::generation,
            ImageTask::edit,
            SpeechTask::read,
            body -> GeminiEmbedTask.read(body, "m", false),
            body -> GeminiEmbedTask.read(body, "m", true),
            body -> CountRequest.messages(body).request(),
            body -> CountRequest.responses(body).request(),
            body -> CountRequest.gemini(body, "m").request());

    private static final List<Function<List<MultipartPart>, ClientRequest>> FORMS =
            List.of(ImageEditForm::read, TranscriptionForm::transcription, TranscriptionForm::translation);

    private Requests() {}

    /** How a dialect is spoken. */
    static Voice voice(DialectName dialect) {
        return Arrays.stream(Voice.values())
                .filter(voice -> voice.dialect().equals(dialect.configName()))
                .findFirst()
                .orElseThrow();
    }

    /** The dialect of a voice. */
    static DialectName dialect(Voice voice) {
        return DIALECTS.stream()
                .filter(dialect -> dialect.configName().equals(voice.dialect()))
                .findFirst()
                .orElseThrow();
    }

    /** A conversation in a client's dialect. */
    static ClientRequest read(DialectName dialect, byte[] body) {
        return switch (dialect) {
            case OPENAI -> ClientRequests.chat(body);
            case OPENAI_RESPONSES -> ClientRequests.responses(body);
            case ANTHROPIC -> ClientRequests.messages(body);
            case GEMINI -> ClientRequests.gemini(body, "m", true);
        };
    }

    /** A provider without quirks that serves everything; a cap of -1 is none. */
    static ClientRequest.Target target(DialectName dialect, long cap) {
        return new ClientRequest.Target(
                dialect, "upstream", cap, 4_096, true, Quirks.NONE, EnumSet.allOf(ModelKind.class));
    }

    /** A request that is understood goes to every provider as JSON, or is refused; to one of its dialect it goes unchanged. */
    static void conversation(byte[] body, Mutator mutator) {
        refusing(() -> {
            DialectName from = mutator.one(DIALECTS);
            ClientRequest request = read(from, body);
            look(request);
            DialectName to = mutator.one(DIALECTS);
            byte[] sent =
                    request.bridge(target(to, mutator.random().nextInt(9) - 1)).body();
            ObjectNode parsed = object(sent);
            if (from == to) {
                assertThat(common(parsed)).isEqualTo(common(object(body)));
            }
        });
    }

    /** The same for what is no conversation, but for what is changed on the way. */
    static void task(byte[] body, Mutator mutator) {
        refusing(() -> {
            ClientRequest request = mutator.one(TASKS).apply(body);
            look(request);
            assertThat(object(request.bridge(target(mutator.one(DIALECTS), -1)).body()))
                    .isNotNull();
        });
    }

    /** Members set and taken out in place leave all others as they were. */
    static void edits(byte[] bytes, Mutator mutator) {
        refusing(() -> {
            JsonBody body = JsonBody.read(bytes, (name, json) -> json.skipChildren());
            ObjectNode expected = object(bytes);
            List<String> names = List.copyOf(body.names());
            Splice edits = new Splice(bytes);
            if (!names.isEmpty()) {
                Set<String> gone = new HashSet<>(List.of(mutator.one(names), mutator.one(mutator.words())));
                String kept = mutator.one(names);
                if (!gone.contains(kept)) {
                    body.remove(edits, gone);
                    expected.remove(gone);
                    body.set(edits, kept, "null");
                    expected.putNull(kept);
                }
            }
            if (!names.contains("set")) {
                body.set(edits, "set", "[1]");
                expected.set("set", JSON.createArrayNode().add(1));
            }
            assertThat(object(edits.apply())).isEqualTo(expected);
        });
    }

    /** A form has the same parts however it is cut. */
    static void form(byte[] body, Mutator mutator) {
        List<MultipartPart> whole = parts(body, mutator, body.length);
        List<MultipartPart> cut = parts(body, mutator, 16);
        assertThat(cut).usingRecursiveComparison().isEqualTo(whole);
        if (whole != null) {
            refusing(() -> look(mutator.one(FORMS).apply(whole)));
        }
    }

    private static @Nullable List<MultipartPart> parts(byte[] body, Mutator mutator, int longest) {
        MultipartScanner scanner = new MultipartScanner("multipart/form-data; boundary=b");
        try {
            for (int at = 0; at < body.length; ) {
                int end = Math.min(body.length, at + 1 + mutator.random().nextInt(Math.max(1, longest)));
                scanner.feed(Arrays.copyOfRange(body, at, end));
                at = end;
            }
            return scanner.parts();
        } catch (IllegalArgumentException told) {
            assertThat(told.getMessage()).isNotEmpty();
            return null;
        }
    }

    private static void look(ClientRequest request) {
        assertThat(request.model()).isNotNull();
        assertThat(request.choices()).isPositive();
        assertThat(request.input().textBytes()).isNotNegative();
        assertThat(request.promptText()).isNotNull();
        assertThat(request.bodyText()).isNotNull();
        assertThat(request.wishes()).isNotNull();
        assertThat(request.fallbacks()).isNotNull();
        assertThat(request.spending()).isNotNull();
        assertThat(request.parameters()).isNotNull();
    }

    private static void refusing(Runnable reading) {
        try {
            reading.run();
        } catch (ApiException refused) {
            assertThat(refused.error().status()).isBetween(400, 499);
            assertThat(refused.error().message()).isNotEmpty();
        }
    }

    private static ObjectNode common(ObjectNode body) {
        body.remove(Portability.GATEWAY_FIELDS);
        return body.remove(EDITED);
    }

    private static ObjectNode object(byte[] json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (IOException broken) {
            throw new AssertionError("no JSON", broken);
        }
    }
}
