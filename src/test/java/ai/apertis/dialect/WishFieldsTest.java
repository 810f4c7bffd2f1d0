package ai.apertis.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.dialect.translation.ClientRequests;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The beginning of a conversation is the same in each of its requests, and another's is another. */
class WishFieldsTest {
    private record Form(String name, Function<byte[], ClientRequest> reader, String body, String more) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                        new Form(
                                "chat",
                                ClientRequests::chat,
                                "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"S\"},"
                                        + "{\"role\":\"user\",\"content\":\"U\"}MORE],\"temperature\":1}",
                                ",{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}"),
                        new Form(
                                "messages",
                                ClientRequests::messages,
                                "{\"model\":\"m\",\"max_tokens\":9,\"system\":[{\"type\":\"text\",\"text\":\"S\"}],"
                                        + "\"messages\":[{\"role\":\"user\",\"content\":\"U\"}MORE]}",
                                ",{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}"),
                        new Form(
                                "responses",
                                ClientRequests::responses,
                                "{\"model\":\"m\",\"instructions\":\"S\",\"input\":[{\"role\":\"developer\",\"content\":\"d\"},"
                                        + "{\"role\":\"user\",\"content\":\"U\"}MORE]}",
                                ",{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}"),
                        new Form(
                                "gemini",
                                body -> ClientRequests.gemini(body, "m", false),
                                "{\"system_instruction\":{\"parts\":[{\"text\":\"S\"}]},"
                                        + "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"U\"}]}MORE]}",
                                ",{\"role\":\"model\",\"parts\":[{\"text\":\"a\"}]},"
                                        + "{\"role\":\"user\",\"parts\":[{\"text\":\"b\"}]}"))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void theOpeningIsTheSystemPromptAndTheFirstMessage(Object given) {
        Form form = (Form) given;
        long first = opening(form, form.body.replace("MORE", ""));
        assertThat(first).isNotZero();
        assertThat(opening(form, form.body.replace("MORE", form.more))).isEqualTo(first);
        assertThat(opening(form, form.body.replace("MORE", "").replace("\"S\"", "\"T\"")))
                .isNotEqualTo(first);
        assertThat(opening(form, form.body.replace("MORE", "").replace("\"U\"", "\"V\"")))
                .isNotEqualTo(first);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aNameThatTheClientGivesIsTaken(Object given) {
        Form form = (Form) given;
        String body = form.body.replace("MORE", "");
        assertThat(session(form, body)).isNull();
        String named = body.substring(0, body.length() - 1);
        assertThat(session(form, named + ",\"session_id\":\"s\"}")).isEqualTo("s");
        if (form.name.equals("messages")) {
            assertThat(session(form, named + ",\"metadata\":{\"user_id\":\"u\"}}"))
                    .isEqualTo("u");
        }
        if (form.name.equals("chat") || form.name.equals("responses")) {
            assertThat(session(form, named + ",\"prompt_cache_key\":\"k\"}")).isEqualTo("k");
            assertThat(session(form, named + ",\"prompt_cache_key\":\"k\",\"session_id\":\"s\"}"))
                    .isEqualTo("s");
        }
    }

    private static long opening(Form form, String body) {
        return form.reader.apply(body.getBytes(StandardCharsets.UTF_8)).wishes().opening();
    }

    private static @Nullable String session(Form form, String body) {
        return form.reader.apply(body.getBytes(StandardCharsets.UTF_8)).wishes().session();
    }
}
