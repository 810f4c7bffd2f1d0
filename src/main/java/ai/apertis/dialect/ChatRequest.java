package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request for a chat answer in no dialect. Whatever the client's dialect says that has no place here is in extras.
 *
 * @param dialect the client's dialect, whose names errors use
 * @param model as the client named it
 * @param messages the conversation, oldest first, system text included
 * @param tools what the model may use
 * @param toolChoice how free it is in that, null when not told
 * @param parallelToolCalls whether it may call several at once, null when not told
 * @param sampling how tokens are chosen
 * @param thinking how much to reason
 * @param format what form the answer must have, null when not told
 * @param verbosity OpenAI's {@code low}, {@code medium} or {@code high}, null when not told
 * @param stream whether the answer is streamed
 * @param includeUsage whether a streamed OpenAI answer tells its usage; other dialects always do
 * @param user the client's id of its user, null when not told
 * @param metadata the client's notes
 * @param serviceTier the client's word, null when not told
 * @param extras what has no place here
 */
public record ChatRequest(
        DialectName dialect,
        String model,
        List<Message> messages,
        List<Tool> tools,
        @Nullable ToolChoice toolChoice,
        @Nullable Boolean parallelToolCalls,
        Sampling sampling,
        Thinking thinking,
        @Nullable ResponseFormat format,
        @Nullable String verbosity,
        boolean stream,
        boolean includeUsage,
        @Nullable String user,
        Map<String, String> metadata,
        @Nullable String serviceTier,
        Extras extras) {
    /** Copies the collections. */
    public ChatRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        metadata = Map.copyOf(metadata);
    }

    /**
     * The same request with another limit of tokens.
     *
     * @param limit tokens
     * @return a copy
     */
    public ChatRequest withMaxTokens(long limit) {
        return withSampling(sampling.withMaxTokens(limit));
    }

    /**
     * The same request with other sampling.
     *
     * @param other how tokens are chosen
     * @return a copy
     */
    public ChatRequest withSampling(Sampling other) {
        return with(messages, other);
    }

    /**
     * The same request with the beginning of its answer.
     *
     * @param soFar the text to go on from
     * @param how how the provider is told so
     * @return a copy
     */
    public ChatRequest goingOn(String soFar, Quirks.Prefill how) {
        boolean marked = how == Quirks.Prefill.PREFIX || how == Quirks.Prefill.REPEATED_PREFIX;
        Extras mark = marked
                ? new Extras(DialectName.OPENAI, "messages[]", Json.object().put("prefix", true))
                : Extras.NONE;
        List<Message> more = new ArrayList<>(messages);
        more.add(new Message(Role.ASSISTANT, List.of(new Part.Text(soFar)), null, mark));
        return with(more, sampling);
    }

    private ChatRequest with(List<Message> otherMessages, Sampling otherSampling) {
        return new ChatRequest(
                dialect,
                model,
                otherMessages,
                tools,
                toolChoice,
                parallelToolCalls,
                otherSampling,
                thinking,
                format,
                verbosity,
                stream,
                includeUsage,
                user,
                metadata,
                serviceTier,
                extras);
    }

    /**
     * The tools that the model may use now, for dialects that cannot say so beside the tools.
     *
     * @return all, or those that the choice names; tools without a name of their own are always among them
     */
    public List<Tool> allowedTools() {
        if (toolChoice == null || toolChoice.names().isEmpty()) {
            return tools;
        }
        return tools.stream()
                .filter(tool -> switch (tool) {
                    case Tool.Function function -> toolChoice.names().contains(function.name());
                    case Tool.Custom custom -> toolChoice.names().contains(custom.name());
                    case Tool.Server server -> true;
                })
                .toList();
    }

    /**
     * The same request for a model and a way of answering that stand beside its body, as Gemini's do.
     *
     * @param name the model as the client named it
     * @param streamed whether the answer is streamed
     * @return a copy
     */
    public ChatRequest addressed(String name, boolean streamed) {
        return new ChatRequest(
                dialect,
                name,
                messages,
                tools,
                toolChoice,
                parallelToolCalls,
                sampling,
                thinking,
                format,
                verbosity,
                streamed,
                includeUsage,
                user,
                metadata,
                serviceTier,
                extras);
    }
}
