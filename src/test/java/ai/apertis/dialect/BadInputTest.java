package ai.apertis.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whatever comes, decoders answer or throw an {@link ApiException}. */
final class BadInputTest {
    private static final int ROUNDS = 4_000;
    private static final String[] TOKENS = {
        "null",
        "true",
        "-1",
        "1e999",
        "\"\"",
        "[]",
        "{}",
        "\"\\ud800\"",
        "[[[[",
        "\u0000",
        "99999999999999999999",
        "\"x\""
    };

    @Test
    void brokenRequestsAreRefusedAndNothingElseHappens() {
        List<byte[]> seeds = new ArrayList<>();
        seeds.add("""
            {"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"t",\
            "cache_control":{"type":"ephemeral"}},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}},\
            {"type":"input_audio","input_audio":{"data":"AA","format":"wav"}},{"type":"file","file":{"file_id":"f"}}]},\
            {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f",\
            "arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"r"}],"tools":[{"type":"function",\
            "function":{"name":"f","parameters":{}}}],"tool_choice":"auto","stop":["x"],"temperature":0.5,"n":1}\
            """.getBytes(StandardCharsets.UTF_8));
        seeds.add("""
            {"model":"m","max_tokens":9,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":\
            [{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA"}},{"type":"document",\
            "source":{"type":"url","url":"https://x"}}]},{"role":"assistant","content":[{"type":"thinking",\
            "thinking":"t","signature":"s"},{"type":"tool_use","id":"c","name":"f","input":{}}]},{"role":"user",\
            "content":[{"type":"tool_result","tool_use_id":"c","content":"r"}]}],"tools":[{"name":"f",\
            "input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"},"thinking":{"type":"adaptive"}}\
            """.getBytes(StandardCharsets.UTF_8));
        seeds.add("""
            {"systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"t"},\
            {"inlineData":{"mimeType":"image/png","data":"AA"}},{"file_data":{"file_uri":"gs://x"}}]},{"role":"model",\
            "parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"AA"}]},{"role":"user","parts":\
            [{"functionResponse":{"name":"f","response":{"output":"r"}}}]}],"tools":[{"functionDeclarations":\
            [{"name":"f","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}}}]}],"generationConfig":\
            {"temperature":1,"responseMimeType":"application/json","responseSchema":{"type":"OBJECT"}}}\
            """.getBytes(StandardCharsets.UTF_8));
        seeds.add("""
            {"model":"m","instructions":"i","input":[{"role":"user","content":[{"type":"input_text","text":"t"},\
            {"type":"input_image","image_url":"https://x"},{"type":"input_file","file_url":"https://y"}]},\
            {"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":"e"},\
            {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output",\
            "call_id":"c","output":"r"}],"tools":[{"type":"function","name":"f","parameters":{}}],"text":{"format":\
            {"type":"json_schema","name":"n","schema":{}}},"reasoning":{"effort":"low"},"tool_choice":"auto"}\
            """.getBytes(StandardCharsets.UTF_8));
        for (Dialect dialect : Spoken.DIALECTS.all()) {
            mutate(seeds, 17, bytes -> dialect.requestDecoder().decode(bytes));
        }
    }

    @Test
    void brokenAnswersAndErrorsAreTold() {
        List<byte[]> seeds = answers(false);
        for (Dialect dialect : Spoken.DIALECTS.all()) {
            mutate(seeds, 23, bytes -> dialect.answerDecoder().decode(bytes));
            mutate(
                    seeds,
                    29,
                    bytes -> assertThat(dialect.errors().decode(500, bytes, 0)).isNotNull());
        }
    }

    @Test
    void brokenStreamsEndOnceAndNeverHang() {
        List<byte[]> seeds = answers(true);
        for (Dialect dialect : Spoken.DIALECTS.all()) {
            mutate(seeds, 31, bytes -> {
                List<ChatEvent> events = Sse.decode(dialect.streamDecoder().get(), bytes);
                long ends = events.stream()
                        .filter(event -> event instanceof ChatEvent.End || event instanceof ChatEvent.Failure)
                        .count();
                assertThat(ends).isEqualTo(1);
                ChatRequest request = Asked.minimal(dialect.name(), true);
                Spoken.DIALECTS
                        .all()
                        .forEach(client -> Sse.encode(client.streamEncoder().apply(request), events));
            });
        }
    }

    private static List<byte[]> answers(boolean streamed) {
        return Recording.all().stream()
                .filter(recording -> recording.streamed() == streamed)
                .map(recording -> streamed ? recording.stream() : recording.answerBytes())
                .filter(bytes -> bytes.length < 6_000)
                .toList();
    }

    /** Cuts, flips, doubles and exchanges pieces, always the same way for a seed. */
    private static void mutate(List<byte[]> seeds, long seed, Consumer<byte[]> decoder) {
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
            int changes = 1 + random.nextInt(4);
            for (int change = 0; change < changes && bytes.length > 2; change++) {
                bytes = changed(bytes, random);
            }
            try {
                decoder.accept(bytes);
            } catch (ApiException expected) {
                assertThat(expected.error().status()).isBetween(400, 599);
            } catch (RuntimeException e) {
                fail("round " + i + ": " + new String(bytes, StandardCharsets.UTF_8), e);
            }
        }
    }

    private static byte[] changed(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String out = switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(at + 1);
            case 1 -> text.substring(0, at);
            case 2 -> text.substring(0, at) + text.substring(Math.min(bytes.length, at + random.nextInt(40)));
            default -> {
                // In the place of a value, so that the JSON often stays JSON.
                int colon = text.indexOf(':', at);
                int end = colon < 0 ? -1 : text.indexOf(',', colon);
                String token = TOKENS[random.nextInt(TOKENS.length)];
                yield end < 0 ? text + token : text.substring(0, colon + 1) + token + text.substring(end);
            }
        };
        return out.getBytes(StandardCharsets.ISO_8859_1);
    }
}
