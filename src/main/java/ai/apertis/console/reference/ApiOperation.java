package ai.apertis.console.reference;

import java.util.List;

/**
 * What can be asked of one address by one method.
 *
 * @param id its anchor, the {@code operationId} of the description
 * @param method in capitals
 * @param path with places in braces
 * @param others further paths that do the same
 * @param summary a few words
 * @param html what there is to say about it, empty when the summary says all
 * @param vendor the vendor's own reference, empty when there is none
 * @param key which key it takes, as a sentence
 * @param parameters in the path, the query and the headers
 * @param bodies what is sent, by media type
 * @param answers what comes back
 * @param errors what comes back instead
 * @param call how curl asks it
 */
public record ApiOperation(
        String id,
        String method,
        String path,
        List<String> others,
        String summary,
        String html,
        String vendor,
        String key,
        List<Field> parameters,
        List<Body> bodies,
        List<Answer> answers,
        List<Answer> errors,
        Call call) {
    /** Copies the lists. */
    public ApiOperation {
        others = List.copyOf(others);
        parameters = List.copyOf(parameters);
        bodies = List.copyOf(bodies);
        answers = List.copyOf(answers);
        errors = List.copyOf(errors);
    }

    /**
     * A parameter, a member of a body or a header.
     *
     * @param name as it is sent; a member of a member has both names with a dot between them
     * @param type for instance {@code string or null}
     * @param place {@code path}, {@code query} or {@code header}, empty for members
     * @param required whether it must be there
     * @param html what it says, with its bounds; may be empty
     */
    public record Field(String name, String type, String place, boolean required, String html) {}

    /**
     * A body.
     *
     * @param type its media type
     * @param html what there is to say about it as a whole; may be empty
     * @param fields its members, those of members after them
     */
    public record Body(String type, String html, List<Field> fields) {
        /** Copies the list. */
        public Body {
            fields = List.copyOf(fields);
        }
    }

    /**
     * What comes back.
     *
     * @param status of HTTP
     * @param html when that is
     * @param example of its body as JSON, empty when there is none
     * @param headers beside the usual ones of HTTP
     * @param bodies by media type; left out for errors, whose form is the dialect's
     */
    public record Answer(String status, String html, String example, List<Field> headers, List<Body> bodies) {
        /** Copies the lists. */
        public Answer {
            headers = List.copyOf(headers);
            bodies = List.copyOf(bodies);
        }
    }

    /**
     * A call that can be copied; what comes before and after the address of this installation.
     *
     * @param server the address where it is another one, else empty
     * @param before it
     * @param after it
     */
    public record Call(String server, String before, String after) {
        /**
         * The call.
         *
         * @param origin the address of this installation
         * @return lines for a shell
         */
        public String at(String origin) {
            return before + (server.isEmpty() ? origin : server) + after;
        }
    }
}
