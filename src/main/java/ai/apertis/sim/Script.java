package ai.apertis.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Decides what each simulated model says. The same request always gets the same answer, but for its id and time. */
final class Script {
    private static final String[] WORDS = {
        "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett"
    };

    /** How much of a text {@code sim/brief} says. */
    private static final int BRIEF_WORDS = 20;

    private Script() {}

    /** Answers a request. */
    static Answer answer(ChatRequest request, String id, long created) {
        List<Piece> pieces = new ArrayList<>();
        List<JsonNode> calls = calls(request);
        String finish;
        if (calls.isEmpty()) {
            finish = "stop";
            for (String token : Tokens.split(beforeStop(text(request), request.stop()), request.maxTokens() + 1)) {
                pieces.add(new Piece.Text(token));
            }
        } else {
            finish = "tool_calls";
            for (int index = 0; index < calls.size(); index++) {
                call(calls.get(index), index, id, request.maxTokens() + 1, pieces);
            }
        }
        if (pieces.size() > request.maxTokens()) {
            finish = "length";
            pieces = pieces.subList(0, request.maxTokens());
        }
        return new Answer(id, created, request.model().id(), request.promptTokens(), request.n(), pieces, finish);
    }

    private static String text(ChatRequest request) {
        if (request.model() == SimModel.SLOW) {
            StringBuilder text = new StringBuilder(request.words() * 8);
            for (int i = 0; i < request.words(); i++) {
                text.append(i == 0 ? "" : " ").append(WORDS[i % WORDS.length]);
            }
            return text.toString();
        }
        if (request.model() == SimModel.TOOLS && hasToolResult(request)) {
            return "The tool answered: " + toolResults(request.messages());
        }
        return request.model() == SimModel.BRIEF ? beginning(request.lastUserText()) : request.lastUserText();
    }

    private static String beginning(String text) {
        List<String> words = Arrays.asList(text.strip().split("\\s+"));
        return String.join(" ", words.subList(0, Math.min(BRIEF_WORDS, words.size())));
    }

    private static List<JsonNode> calls(ChatRequest request) {
        String choice = request.toolChoice().asText("auto");
        if (request.model() != SimModel.TOOLS
                || request.tools().isEmpty()
                || choice.equals("none")
                || hasToolResult(request)) {
            return List.of();
        }
        String wanted = request.toolChoice().path("function").path("name").asText();
        List<JsonNode> functions = new ArrayList<>();
        for (JsonNode tool : request.tools()) {
            JsonNode function = tool.path("function");
            if (!function.isMissingNode()
                    && (wanted.isEmpty() || function.path("name").asText().equals(wanted))) {
                functions.add(function);
            }
        }
        if (functions.isEmpty()) {
            throw Refusal.invalid("tool_choice", "Tool choice '" + wanted + "' not found in 'tools' parameter.");
        }
        return request.parallelToolCalls() ? functions : functions.subList(0, 1);
    }

    private static void call(JsonNode function, int index, String id, int most, List<Piece> pieces) {
        pieces.add(new Piece.CallStart(
                index, "call_" + id + "_" + index, function.path("name").asText()));
        String arguments = ToolArguments.of(function.path("parameters")).toString();
        for (String token : Tokens.split(arguments, most)) {
            pieces.add(new Piece.CallArguments(index, token));
        }
    }

    private static boolean hasToolResult(ChatRequest request) {
        JsonNode messages = request.messages();
        for (int i = sinceTheModel(messages); i < messages.size(); i++) {
            if (isResult(messages.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** The results since the calls, in the order in which they were sent. */
    private static String toolResults(JsonNode messages) {
        StringBuilder results = new StringBuilder();
        for (int i = sinceTheModel(messages); i < messages.size(); i++) {
            if (isResult(messages.get(i))) {
                results.append(results.isEmpty() ? "" : " ").append(ChatRequest.text(messages.get(i)));
            }
        }
        return results.toString();
    }

    /** The first message after the model's last. Pictures that a tool gave stand after its result, as the user's. */
    private static int sinceTheModel(JsonNode messages) {
        int first = messages.size();
        while (first > 0 && !messages.get(first - 1).path("role").asText().equals("assistant")) {
            first--;
        }
        return first;
    }

    private static boolean isResult(JsonNode message) {
        return message.path("role").asText().equals("tool");
    }

    private static String beforeStop(String text, List<String> stops) {
        int end = text.length();
        for (String stop : stops) {
            int at = stop.isEmpty() ? -1 : text.indexOf(stop);
            end = at < 0 ? end : Math.min(end, at);
        }
        return text.substring(0, end);
    }
}
