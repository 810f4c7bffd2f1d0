package ai.apertis.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the simulated provider served, counted at the moment of writing and not from its own usage blocks, so that a bill
 * can be compared with it. Safe for any number of threads.
 */
public final class Served {
    private static final int REMEMBERED = 10_000;

    private final ArrayDeque<Entry> recent = new ArrayDeque<>();
    private final TreeMap<String, Long> byModel = new TreeMap<>();
    private long ids;
    private long requests;
    private long promptTokens;
    private long completionTokens;

    /** Starts with nothing served. */
    Served() {}

    /**
     * One request.
     *
     * @param id the id of the answer, {@code chatcmpl-…}; for requests that fail by design also never sent
     * @param model the model asked for
     * @param promptTokens tokens of the prompt, 0 for requests that fail by design
     * @param completionTokens tokens written so far
     * @param finished whether the whole answer was written
     */
    public record Request(String id, String model, long promptTokens, long completionTokens, boolean finished) {}

    /**
     * Everything since the start.
     *
     * @param requests how many requests named a model
     * @param promptTokens tokens of all prompts that were answered
     * @param completionTokens tokens written
     * @param requestsByModel requests by model
     */
    public record Totals(long requests, long promptTokens, long completionTokens, Map<String, Long> requestsByModel) {}

    /**
     * Sums over all requests, those under way included.
     *
     * @return a copy
     */
    public synchronized Totals totals() {
        return new Totals(requests, promptTokens, completionTokens, Map.copyOf(byModel));
    }

    /**
     * The latest requests, those under way included, oldest first.
     *
     * @return at most {@value #REMEMBERED}
     */
    public synchronized List<Request> recent() {
        List<Request> copy = new ArrayList<>(recent.size());
        for (Entry entry : recent) {
            copy.add(entry.snapshot());
        }
        return copy;
    }

    /**
     * One of the latest requests.
     *
     * @param id the id of the answer
     * @return empty when it is unknown or long ago
     */
    public synchronized Optional<Request> request(String id) {
        return recent.stream().filter(entry -> entry.id.equals(id)).findFirst().map(Entry::snapshot);
    }

    /** An id for an answer, never given twice. */
    synchronized String nextId() {
        return "chatcmpl-sim-" + ++ids;
    }

    /** Counts a request, and its prompt when it will be answered. */
    synchronized Entry begin(String id, String model, long prompt) {
        requests++;
        promptTokens += prompt;
        byModel.merge(model, 1L, Long::sum);
        if (recent.size() == REMEMBERED) {
            recent.removeFirst();
        }
        Entry entry = new Entry(id, model, prompt);
        recent.addLast(entry);
        return entry;
    }

    /** The count of one request under way. */
    final class Entry {
        private final String id;
        private final String model;
        private final long prompt;
        private long completion;
        private boolean finished;

        private Entry(String id, String model, long prompt) {
            this.id = id;
            this.model = model;
            this.prompt = prompt;
        }

        /** Counts tokens as they are written. */
        void wrote(int tokens) {
            synchronized (Served.this) {
                completion += tokens;
                completionTokens += tokens;
            }
        }

        /** Notes that the whole answer was written. */
        void finished() {
            synchronized (Served.this) {
                finished = true;
            }
        }

        private Request snapshot() {
            return new Request(id, model, prompt, completion, finished);
        }
    }
}
