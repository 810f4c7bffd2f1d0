package ai.apertis.clients;

import ai.apertis.config.DialectName;
import ai.apertis.upstream.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * What a provider says, written by hand in the form of its dialect, fields as in recorded answers. Its prompt took 120
 * tokens, 20 of them from a cache, its answer 30.
 *
 * @param reasons whether it shows its reasoning, sealed where its dialect seals
 * @param text its words
 * @param calls how many of the two calls it makes
 * @param stop END, LENGTH or STOP
 */
record Said(boolean reasons, String text, int calls, String stop) {
    static final String REASONING = "Two cities, so two calls.";
    static final String SEAL =
            Base64.getEncoder().encodeToString("sealed by its maker".getBytes(StandardCharsets.US_ASCII));
    static final List<String> CITIES = List.of("Oslo", "Rome");
    static final List<Long> TOKENS = List.of(120L, 20L, 30L);
    static final long COST = 100 * FourProviders.INPUT + 20 * FourProviders.CACHED + 30 * FourProviders.OUTPUT;

    static Said text(String text) {
        return new Said(false, text, 0, "END");
    }

    static Said calls(int calls) {
        return new Said(false, "", calls, "END");
    }

    /** The error of each dialect. */
    static Reply error(DialectName dialect, int status, String message) {
        String body = switch (dialect) {
            case ANTHROPIC ->
                "{'type':'error','error':{'type':'" + (status == 429 ? "rate_limit_error" : "invalid_request_error")
                        + "','message':'" + message + "'},'request_id':'req_1'}";
            case GEMINI ->
                "{'error':{'code':" + status + ",'message':'" + message + "','status':'"
                        + (status == 429 ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT") + "'}}";
            case OPENAI, OPENAI_RESPONSES ->
                "{'error':{'message':'" + message + "','type':'invalid_request_error','param':null,'code':null}}";
        };
        return Reply.json(status, quoted(body)).withHeader("retry-after", "7");
    }

    Reply plain(DialectName dialect) {
        return Reply.json(
                200,
                quoted(
                        switch (dialect) {
                            case OPENAI ->
                                "{'id':'chatcmpl-1','object':'chat.completion','created':1764000000,'model':'a-model','choices':[{'index':0,"
                                        + "'message':{'role':'assistant','content':"
                                        + (text.isEmpty() ? "null" : "'" + text + "'")
                                        + (reasons ? ",'reasoning_content':'" + REASONING + "'" : "")
                                        + (calls > 0 ? ",'tool_calls':[" + chatCalls(false) + "]" : "")
                                        + "},'finish_reason':'" + chatStop() + "'}]," + chatUsage() + "}";
                            case OPENAI_RESPONSES -> response(output());
                            case ANTHROPIC ->
                                "{'id':'msg_1','type':'message','role':'assistant','model':'a-model','content':["
                                        + String.join(",", blocks()) + "],'stop_reason':'" + anthropicStop()
                                        + "','stop_sequence':"
                                        + (stop.equals("STOP") ? "'" + Prompt.STOP + "'" : "null")
                                        + ",'usage':{'input_tokens':100,"
                                        + "'cache_read_input_tokens':20,'cache_creation_input_tokens':0,'output_tokens':30}}";
                            case GEMINI -> gemini(parts(), true);
                        }));
    }

    Reply stream(DialectName dialect) {
        List<String> events = switch (dialect) {
            case OPENAI -> chatStream();
            case OPENAI_RESPONSES -> responsesStream();
            case ANTHROPIC -> anthropicStream();
            case GEMINI -> {
                List<String> pieces = new ArrayList<>();
                List<String> parts = parts();
                for (int i = 0; i < parts.size(); i++) {
                    pieces.add(gemini(List.of(parts.get(i)), i == parts.size() - 1));
                }
                yield pieces;
            }
        };
        StringBuilder sse = new StringBuilder();
        for (String event : events) {
            int type = event.indexOf("'type':'");
            if (dialect == DialectName.ANTHROPIC || dialect == DialectName.OPENAI_RESPONSES) {
                sse.append("event: ")
                        .append(event, type + 8, event.indexOf('\'', type + 8))
                        .append('\n');
            }
            sse.append("data: ").append(quoted(event)).append("\n\n");
        }
        return Reply.events(sse.append(dialect == DialectName.OPENAI ? "data: [DONE]\n\n" : "")
                .toString());
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    private static String arguments(int call) {
        return "{\\'city\\':\\'" + CITIES.get(call) + "\\'}";
    }

    private String chatStop() {
        return stop.equals("LENGTH") ? "length" : calls > 0 ? "tool_calls" : "stop";
    }

    private String anthropicStop() {
        return Map.of("LENGTH", "max_tokens", "STOP", "stop_sequence")
                .getOrDefault(stop, calls > 0 ? "tool_use" : "end_turn");
    }

    private static String chatUsage() {
        return "'usage':{'prompt_tokens':120,'completion_tokens':30,'total_tokens':150,"
                + "'prompt_tokens_details':{'cached_tokens':20}}";
    }

    private String chatCalls(boolean streamed) {
        List<String> list = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            list.add(
                    "{" + (streamed ? "'index':" + i + "," : "") + "'id':'call_" + i + "','type':'function','function':"
                            + "{'name':'get_weather','arguments':'" + (streamed ? "" : arguments(i)) + "'}}");
        }
        return String.join(",", list);
    }

    /** The fragments of parallel calls interleave. */
    private List<String> chatStream() {
        List<String> deltas = new ArrayList<>(List.of("{'role':'assistant','content':''}"));
        if (reasons) {
            deltas.add("{'reasoning_content':'" + REASONING + "'}");
        }
        if (!text.isEmpty()) {
            deltas.add("{'content':'" + text + "'}");
        }
        if (calls > 0) {
            deltas.add("{'tool_calls':[" + chatCalls(true) + "]}");
            for (String half : List.of("0", "1")) {
                for (int i = 0; i < calls; i++) {
                    String piece = half.equals("0")
                            ? arguments(i).substring(0, 4)
                            : arguments(i).substring(4);
                    deltas.add("{'tool_calls':[{'index':" + i + ",'function':{'arguments':'" + piece + "'}}]}");
                }
            }
        }
        List<String> events = new ArrayList<>();
        String head =
                "{'id':'chatcmpl-1','object':'chat.completion.chunk','created':1764000000,'model':'a-model','choices':[";
        deltas.forEach(
                delta -> events.add(head + "{'index':0,'delta':" + delta + ",'finish_reason':null}],'usage':null}"));
        events.add(head + "{'index':0,'delta':{},'finish_reason':'" + chatStop() + "'}],'usage':null}");
        events.add(head + "]," + chatUsage() + "}");
        return events;
    }

    private List<String> output() {
        List<String> items = new ArrayList<>();
        if (reasons) {
            items.add("{'id':'rs_1','type':'reasoning','summary':[{'type':'summary_text','text':'" + REASONING
                    + "'}],'encrypted_content':'" + SEAL + "'}");
        }
        if (!text.isEmpty()) {
            items.add("{'id':'msg_1','type':'message','status':'completed','role':'assistant','content':[{'type':"
                    + "'output_text','text':'" + text + "','annotations':[]}]}");
        }
        for (int i = 0; i < calls; i++) {
            items.add("{'id':'fc_" + i + "','type':'function_call','status':'completed','call_id':'call_" + i
                    + "','name':'get_weather','arguments':'" + arguments(i) + "'}");
        }
        return items;
    }

    private String response(List<String> items) {
        boolean cut = stop.equals("LENGTH");
        return "{'id':'resp_1','object':'response','created_at':1764000000,'status':'"
                + (cut ? "incomplete" : "completed") + "','error':null,'incomplete_details':"
                + (cut ? "{'reason':'max_output_tokens'}" : "null")
                + ",'instructions':null,'metadata':{},'model':'a-model','output':[" + String.join(",", items)
                + "],'parallel_tool_calls':true,'temperature':1.0,'tool_choice':'auto','tools':[],'top_p':1.0,'usage':"
                + "{'input_tokens':120,'input_tokens_details':{'cached_tokens':20,'cache_write_tokens':0},"
                + "'output_tokens':30,'output_tokens_details':{'reasoning_tokens':0},'total_tokens':150}}";
    }

    private List<String> responsesStream() {
        List<String> events = new ArrayList<>();
        events.add("{'type':'response.created','sequence_number':0,'response':" + response(List.of()) + "}");
        List<String> items = output();
        int sequence = 1;
        for (int i = 0; i < items.size(); i++) {
            for (String moment : List.of("added", "done")) {
                events.add("{'type':'response.output_item." + moment + "','sequence_number':" + sequence++
                        + ",'output_index':" + i + ",'item':" + items.get(i) + "}");
            }
        }
        String end = stop.equals("LENGTH") ? "incomplete" : "completed";
        events.add("{'type':'response." + end + "','sequence_number':" + sequence + ",'response':" + response(items)
                + "}");
        return events;
    }

    private List<String> blocks() {
        List<String> blocks = new ArrayList<>();
        if (reasons) {
            blocks.add("{'type':'thinking','thinking':'" + REASONING + "','signature':'" + SEAL + "'}");
        }
        if (!text.isEmpty()) {
            blocks.add("{'type':'text','text':'" + text + "'}");
        }
        for (int i = 0; i < calls; i++) {
            blocks.add("{'type':'tool_use','id':'toolu_" + i + "','name':'get_weather','input':{'city':'"
                    + CITIES.get(i) + "'}}");
        }
        return blocks;
    }

    private List<String> anthropicStream() {
        List<String> events = new ArrayList<>();
        events.add(
                "{'type':'message_start','message':{'id':'msg_1','type':'message','role':'assistant','model':'a-model',"
                        + "'content':[],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':100,"
                        + "'cache_read_input_tokens':20,'cache_creation_input_tokens':0,'output_tokens':1}}}");
        int index = 0;
        if (reasons) {
            block(
                    events,
                    index++,
                    "{'type':'thinking','thinking':'','signature':''}",
                    "{'type':'thinking_delta','thinking':'" + REASONING + "'}",
                    "{'type':'signature_delta','signature':'" + SEAL + "'}");
        }
        if (!text.isEmpty()) {
            block(events, index++, "{'type':'text','text':''}", "{'type':'text_delta','text':'" + text + "'}");
        }
        for (int i = 0; i < calls; i++) {
            block(
                    events,
                    index++,
                    "{'type':'tool_use','id':'toolu_" + i + "','name':'get_weather','input':{}}",
                    "{'type':'input_json_delta','partial_json':'" + arguments(i).substring(0, 4) + "'}",
                    "{'type':'input_json_delta','partial_json':'" + arguments(i).substring(4) + "'}");
        }
        events.add("{'type':'message_delta','delta':{'stop_reason':'" + anthropicStop()
                + "','stop_sequence':null},'usage':{'output_tokens':30}}");
        events.add("{'type':'message_stop'}");
        return events;
    }

    private static void block(List<String> events, int index, String start, String... deltas) {
        events.add("{'type':'content_block_start','index':" + index + ",'content_block':" + start + "}");
        for (String delta : deltas) {
            events.add("{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}");
        }
        events.add("{'type':'content_block_stop','index':" + index + "}");
    }

    private List<String> parts() {
        List<String> parts = new ArrayList<>();
        if (reasons) {
            parts.add("{'text':'" + REASONING + "','thought':true}");
        }
        if (!text.isEmpty()) {
            parts.add("{'text':'" + text + "'}");
        }
        for (int i = 0; i < calls; i++) {
            parts.add("{'functionCall':{'name':'get_weather','args':{'city':'" + CITIES.get(i) + "'}}"
                    + (i == 0 && reasons ? ",'thoughtSignature':'" + SEAL + "'" : "") + "}");
        }
        return parts;
    }

    private String gemini(List<String> parts, boolean last) {
        return "{'candidates':[{'content':{'role':'model','parts':[" + String.join(",", parts) + "]},'index':0"
                + (last ? ",'finishReason':'" + (stop.equals("LENGTH") ? "MAX_TOKENS" : "STOP") + "'" : "")
                + "}],'usageMetadata':{'promptTokenCount':120,'cachedContentTokenCount':20,'candidatesTokenCount':30,"
                + "'totalTokenCount':150},'modelVersion':'a-model','responseId':'resp-1'}";
    }
}
