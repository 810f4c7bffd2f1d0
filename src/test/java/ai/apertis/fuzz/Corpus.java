package ai.apertis.fuzz;

import ai.apertis.dialect.Recording;
import ai.apertis.upstream.Voice;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.opentest4j.TestAbortedException;

/** Sound input to begin with: what real clients and providers sent, where the recordings are, and some written by hand. */
final class Corpus {
    private static final int LONGEST = 8_000;
    private static final int LONGEST_WORD = 40;

    /** Every part that a request can have. */
    private static final List<String> REQUESTS = List.of(
            """
            {"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"t",\
            "cache_control":{"type":"ephemeral"}},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}},\
            {"type":"input_audio","input_audio":{"data":"AA","format":"wav"}},{"type":"file","file":{"file_id":"f"}}]},\
            {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f",\
            "arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"r"}],"tools":[{"type":"function",\
            "function":{"name":"f","parameters":{}}}],"tool_choice":"auto","stop":["x"],"temperature":0.5,"n":2,\
            "stream":true,"stream_options":{"include_usage":true},"fallback_models":["a"],"fallback_timeout":5000,\
            "provider":{"order":["a"],"max_price":{"prompt":1.5}},"usage":{"include":true},"max_cost_usd":0.5}""",
            """
            {"model":"m","max_tokens":9,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":\
            [{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA"}},{"type":"document",\
            "source":{"type":"url","url":"https://x"}}]},{"role":"assistant","content":[{"type":"thinking",\
            "thinking":"t","signature":"s"},{"type":"tool_use","id":"c","name":"f","input":{}}]},{"role":"user",\
            "content":[{"type":"tool_result","tool_use_id":"c","content":"r"}]}],"tools":[{"name":"f",\
            "input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"},"thinking":{"type":"adaptive"},"hedge":true}""",
            """
            {"systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"t"},\
            {"inlineData":{"mimeType":"image/png","data":"AA"}},{"file_data":{"file_uri":"gs://x"}}]},{"role":"model",\
            "parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"AA"}]},{"role":"user","parts":\
            [{"functionResponse":{"name":"f","response":{"output":"r"}}}]}],"tools":[{"functionDeclarations":\
            [{"name":"f","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}}}]}],"generationConfig":\
            {"temperature":1,"responseMimeType":"application/json","responseSchema":{"type":"OBJECT"}}}""",
            """
            {"model":"m","instructions":"i","input":[{"role":"user","content":[{"type":"input_text","text":"t"},\
            {"type":"input_image","image_url":"https://x"},{"type":"input_file","file_url":"https://y"}]},\
            {"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":"e"},\
            {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output",\
            "call_id":"c","output":"r"}],"tools":[{"type":"function","name":"f","parameters":{}},{"type":"namespace",\
            "name":"g","tools":[{"type":"function","name":"h","parameters":{}}]}],"text":{"format":\
            {"type":"json_schema","name":"n","schema":{}}},"reasoning":{"effort":"low"},"tool_choice":"auto"}""",
            "{\"model\":\"m\",\"prompt\":\"p\",\"suffix\":\"s\",\"echo\":true,\"best_of\":2,\"logprobs\":1,\"stream\":true}",
            "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"dimensions\":3,\"encoding_format\":\"float\",\"user\":\"u\"}",
            "{\"model\":\"m\",\"input\":[[1,2],[3]],\"encoding_format\":\"base64\"}",
            "{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"a\",{\"text\":\"b\"}],\"top_n\":1,\"return_documents\":true}",
            "{\"model\":\"m\",\"prompt\":\"p\",\"size\":\"1024x1024\",\"quality\":\"high\",\"n\":2,\"partial_images\":1}",
            "{\"model\":\"m\",\"input\":\"i\",\"voice\":\"v\",\"speed\":1.5,\"response_format\":\"mp3\"}",
            "{\"content\":{\"parts\":[{\"text\":\"t\"}]},\"taskType\":\"RETRIEVAL_QUERY\",\"outputDimensionality\":3}",
            "{\"requests\":[{\"model\":\"models/m\",\"content\":{\"parts\":[{\"text\":\"t\"}]}}]}");

    private static final List<String> ERRORS = List.of(
            "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"code\":\"c\",\"param\":null}}",
            "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}",
            "{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{}]}}");

    final List<byte[]> requests = new ArrayList<>();
    final List<byte[]> answers = new ArrayList<>();
    final List<byte[]> streams = new ArrayList<>();
    final List<byte[]> forms = new ArrayList<>();
    /** Names and short texts that occur in all of it, so that what one dialect knows comes where another does not expect it. */
    final List<String> words;

    Corpus() {
        byHand();
        for (Recording recording : recordings()) {
            if (recording.request() instanceof ObjectNode request) {
                add(
                        requests,
                        (request.has("model") ? request : request.deepCopy().put("model", "m")).toString());
            }
            if (recording.streamed()) {
                add(streams, new String(recording.stream(), StandardCharsets.UTF_8));
            } else if (recording.answer().isObject()) {
                add(answers, recording.answer().toString());
            }
        }
        Set<String> found = new TreeSet<>();
        requests.forEach(json -> collect(tree(json), found));
        answers.forEach(json -> collect(tree(json), found));
        streams.stream()
                .flatMap(stream -> new String(stream, StandardCharsets.UTF_8).lines())
                .filter(line -> line.startsWith("data: {"))
                .forEach(line -> collect(tree(line.substring(6).getBytes(StandardCharsets.UTF_8)), found));
        words = List.copyOf(found);
    }

    private void byHand() {
        Voice.Count count = Voice.Count.of(10, 5);
        for (Voice voice : Voice.values()) {
            add(requests, voice.ask("m", "Hello", 50, true));
            add(answers, voice.whole("one two", count));
            add(streams, voice.stream(count, "one", " two").body().toString());
        }
        REQUESTS.forEach(request -> add(requests, request));
        ERRORS.forEach(error -> add(answers, error));
        for (String name : List.of("model", "prompt", "size", "n", "stream", "response_format", "temperature")) {
            add(forms, """
            --b\r
            Content-Disposition: form-data; name="file"; filename="a.mp3"\r
            Content-Type: audio/mpeg\r
            \r
            ID3\r
            --b\r
            Content-Disposition: form-data; name="%s"\r
            \r
            1\r
            --b--\r
            """.formatted(name));
        }
    }

    private static List<Recording> recordings() {
        try {
            return Recording.all();
        } catch (TestAbortedException absent) {
            return List.of();
        }
    }

    private static void collect(JsonNode node, Set<String> found) {
        node.properties().forEach(member -> found.add(member.getKey()));
        if (node.isTextual() && node.textValue().length() < LONGEST_WORD) {
            found.add(node.textValue());
        }
        node.forEach(child -> collect(child, found));
    }

    private static void add(List<byte[]> to, String text) {
        if (text.length() < LONGEST) {
            to.add(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static JsonNode tree(byte[] json) {
        try {
            return Recording.JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
