package ai.apertis.fuzz;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Something that reads what others wrote. */
final class Target {
    private final Function<Mutator, byte[]> maker;
    private final BiConsumer<byte[], Mutator> taker;

    private Target(Function<Mutator, byte[]> maker, BiConsumer<byte[], Mutator> taker) {
        this.maker = maker;
        this.taker = taker;
    }

    /** Everything that reads, by name. */
    static Map<String, Target> all(Corpus corpus) {
        Map<String, Target> targets = new LinkedHashMap<>();
        targets.put("requests of every dialect", json(corpus.requests, Requests::conversation));
        targets.put("requests of other kinds", json(corpus.requests, Requests::task));
        targets.put("edits of bodies", json(corpus.requests, Requests::edits));
        targets.put("forms", new Target(mutator -> mutator.bytes(mutator.one(corpus.forms)), Requests::form));
        targets.put("answers", json(corpus.answers, Answers::answer));
        targets.put("errors", json(corpus.answers, Answers::error));
        targets.put("events however they are cut", stream(corpus, Answers::framing));
        targets.put("stream decoders", stream(corpus, Answers::decoder));
        targets.put("streams to clients", stream(corpus, Answers::passage));
        return targets;
    }

    private static Target json(List<byte[]> sound, BiConsumer<byte[], Mutator> taker) {
        return new Target(mutator -> mutator.json(mutator.one(sound)), taker);
    }

    private static Target stream(Corpus corpus, BiConsumer<byte[], Mutator> taker) {
        return new Target(mutator -> mutator.stream(mutator.one(corpus.streams)), taker);
    }

    /** Sound input, changed. */
    byte[] input(Mutator mutator) {
        return maker.apply(mutator);
    }

    /** Reads it, and fails when anything but what is documented comes of it. */
    void take(byte[] input, Mutator mutator) {
        taker.accept(input, mutator);
    }
}
