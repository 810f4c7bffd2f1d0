package ai.apertis.dialect.translation;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.Dialect;
import ai.apertis.dialect.Dialects;
import ai.apertis.dialect.anthropic.AnthropicDialect;
import ai.apertis.dialect.gemini.GeminiDialect;
import ai.apertis.dialect.openai.CompletionRequest;
import ai.apertis.dialect.openai.OpenAiChatRequest;
import ai.apertis.dialect.openai.OpenAiDialect;
import ai.apertis.dialect.responses.ResponsesCall;
import ai.apertis.dialect.responses.ResponsesDialect;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Reads requests of every client dialect, able to go to a provider of any. All throw a 400 that names what is wrong. */
public final class ClientRequests {
    /** Every dialect there is. */
    public static final Dialects DIALECTS = new Dialects(List.of(
            OpenAiDialect.dialect(), ResponsesDialect.dialect(), AnthropicDialect.dialect(), GeminiDialect.dialect()));

    private ClientRequests() {}

    /**
     * Reads the body of {@code POST /v1/chat/completions}.
     *
     * @param body JSON
     * @return the request
     */
    public static ClientRequest chat(byte[] body) {
        return new PortableChatRequest(OpenAiChatRequest::read, body, DIALECTS.of(DialectName.OPENAI));
    }

    /**
     * The same for clients that want the usage of a stream in a chunk of its own only, as OpenAI's SDK for Java does.
     *
     * @param body JSON
     * @return the request
     */
    public static ClientRequest chatWithUsageApart(byte[] body) {
        return new PortableChatRequest(
                bytes -> OpenAiChatRequest.read(bytes).withUsageApart(), body, OpenAiDialect.withUsageApart());
    }

    /**
     * Reads the body of {@code POST /v1/completions}.
     *
     * @param body JSON
     * @return the request
     */
    public static ClientRequest completion(byte[] body) {
        return new PortableCompletion(CompletionRequest.read(body));
    }

    /**
     * Reads the body of {@code POST /v1/responses}.
     *
     * @param body JSON
     * @return the request
     */
    public static ClientRequest responses(byte[] body) {
        Dialect dialect = DIALECTS.of(DialectName.OPENAI_RESPONSES);
        return PortableRequest.read(dialect, dialect.requestDecoder().decode(body), body);
    }

    /**
     * Makes one conversation of a request of the Responses API and of what it continues.
     *
     * @param call the request
     * @param history the items of the turns that it continues, oldest first
     * @param referred the items that it refers to, by id
     * @return the request
     */
    public static ClientRequest kept(ResponsesCall call, List<ObjectNode> history, Map<String, ObjectNode> referred) {
        return new KeptRequest(call, history, referred);
    }

    /**
     * Reads the body of {@code POST /v1/messages}.
     *
     * @param body JSON
     * @return the request
     */
    public static ClientRequest messages(byte[] body) {
        Dialect dialect = DIALECTS.of(DialectName.ANTHROPIC);
        return PortableRequest.read(dialect, dialect.requestDecoder().decode(body), body);
    }

    /**
     * Reads the body of {@code :generateContent} and {@code :streamGenerateContent}.
     *
     * @param body JSON
     * @param model the model's name in the address
     * @param stream whether the address asks for a stream
     * @return the request
     */
    public static ClientRequest gemini(byte[] body, String model, boolean stream) {
        Dialect dialect = DIALECTS.of(DialectName.GEMINI);
        return PortableRequest.read(
                dialect, dialect.requestDecoder().decode(body).addressed(model, stream), body);
    }
}
