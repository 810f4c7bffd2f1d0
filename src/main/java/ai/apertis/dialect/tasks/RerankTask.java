package ai.apertis.dialect.tasks;

import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Params;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.money.MediaUsage;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code POST /v1/rerank} in the form that Cohere and Jina share. */
public final class RerankTask extends Task {
    private static final long MOST_RESULTS = 1_000_000;
    /** A search is a query with so many documents, of which a longer one counts as several (Cohere, "Pricing"). */
    private static final long DOCUMENTS_PER_SEARCH = 100;
    /** 500 tokens with the query's own, by two bytes a token. */
    private static final long BYTES_PER_DOCUMENT = 1_000;

    private final Reading read;

    private RerankTask(JsonBody body, Reading read) {
        super(ModelKind.RERANK, body, read.model(), read.fallbacks(), read.spending());
        this.read = read;
    }

    /**
     * Reads and checks a body.
     *
     * @param bytes the request's body
     * @return the request
     * @throws ai.apertis.dialect.ApiException a 400 that names the parameter at fault
     */
    public static RerankTask read(byte[] bytes) {
        Reading reading = new Reading();
        JsonBody body = JsonBody.read(bytes, reading);
        if (!reading.querySeen) {
            throw ApiError.missingParameter("query").exception();
        }
        if (reading.documents < 0) {
            throw ApiError.missingParameter("documents").exception();
        }
        return new RerankTask(body, reading);
    }

    /** The query is read once more beside every document; who prices by searches may count it as several. */
    @Override
    public Usage most() {
        long queries = (read.queryBytes + 1L) / 2 * read.documents;
        return Usage.ofTokens(Math.min(Usage.MAX_COUNT, input().tokensFromAbove() + queries), 0)
                .withMedia(0, searches());
    }

    private MediaUsage searches() {
        long pieces = read.lengths.stream()
                .mapToLong(bytes -> Math.max(1, Math.ceilDiv(bytes + read.queryBytes, BYTES_PER_DOCUMENT)))
                .sum();
        return TaskUsage.searches(Math.ceilDiv(pieces, DOCUMENTS_PER_SEARCH));
    }

    @Override
    public Bridge bridge(Target target) {
        needsOpenAi(target);
        return new TaskBridge("/rerank", passed(target), RerankTask::answer);
    }

    private static WholeAnswer answer(byte[] body) {
        TaskAnswer told = TaskAnswer.read(body, Set.of("results", "data"));
        return WholeAnswer.of(named(body), TaskUsage.reranked(told.usage()), new TextSample());
    }

    /** Voyage calls the results {@code data}. */
    private static byte[] named(byte[] body) {
        ObjectNode root = Json.answer(body);
        JsonNode data = root.get("data");
        if (data == null || root.has("results")) {
            return body;
        }
        root.remove("data");
        root.set("results", data);
        return Json.bytes(root);
    }

    private static final class Reading extends TaskFields {
        private boolean querySeen;
        private int queryBytes;
        private int documents = -1;
        /** How many bytes each document has. */
        private final List<Long> lengths = new ArrayList<>();

        @Override
        void own(String name, JsonParser json) throws IOException {
            switch (name) {
                case "query" -> query(json);
                case "documents" -> documents(json);
                case "top_n", "top_k" -> Params.integer(name, json, 1, MOST_RESULTS);
                case "return_documents" -> Params.bool(name, json);
                default -> json.skipChildren();
            }
        }

        private void query(JsonParser json) throws IOException {
            querySeen = true;
            // Jina takes pictures in the place of words.
            if (json.currentToken() == JsonToken.START_OBJECT) {
                json.skipChildren();
            } else {
                queryBytes = text("query", json).length() * 3;
            }
        }

        private void documents(JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                throw Params.wrongType("documents", "an array", json);
            }
            documents = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                long from = json.currentTokenLocation().getByteOffset();
                switch (json.currentToken()) {
                    case VALUE_STRING -> json.finishToken();
                    case START_OBJECT -> json.skipChildren();
                    default -> throw Params.wrongType("documents[" + documents + "]", "a string or an object", json);
                }
                lengths.add(json.currentLocation().getByteOffset() - from);
                documents++;
            }
            if (documents == 0) {
                throw ApiError.invalidParameter("documents", "'documents' must not be empty.")
                        .exception();
            }
        }
    }
}
