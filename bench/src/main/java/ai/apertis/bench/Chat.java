package ai.apertis.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

/** The requests that are sent to one target. */
final class Chat {
    private static final String SENTENCE = "The quick brown fox jumps over the lazy dog. ";

    private final Target target;
    private final String prompt;

    Chat(Target target, int promptBytes) {
        this.target = target;
        this.prompt = SENTENCE.repeat(promptBytes / SENTENCE.length() + 1).substring(0, promptBytes);
    }

    RequestOptions options() {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(target.host())
                .setPort(target.port())
                .setURI(target.basePath() + target.wire().path())
                .putHeader("authorization", "Bearer " + target.key())
                .putHeader("content-type", "application/json");
    }

    /** Finds the times in a stream, and its end. */
    SendTime.Reader reader() {
        return new SendTime.Reader(target.wire().end());
    }

    /** A request for a stream of so many chunks. */
    Buffer stream(int chunks) {
        return body(chunks, true);
    }

    /** A request for a whole answer. */
    Buffer whole() {
        return body(100, false);
    }

    private Buffer body(int maxTokens, boolean stream) {
        return Buffer.buffer("{\"model\":\"" + target.model() + "\",\"max_tokens\":" + maxTokens + ",\"stream\":"
                + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}");
    }
}
