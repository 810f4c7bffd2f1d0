package ai.apertis.crash;

import ai.apertis.crash.Books.Charge;
import ai.apertis.crash.Caller.Got;
import ai.apertis.upstream.Voice;
import java.util.List;
import java.util.Optional;

/**
 * One request with a key of its own, by which its charge is found: what was asked of whom, and, once it has ended, what
 * came of it.
 */
final class Request {
    final Voice client;
    final Voice at;
    final boolean stream;
    final Script script;
    final House.Key key;
    private final Caller caller;
    private volatile Got got = new Got(0, "", "", false);
    private volatile long endedNanos;

    Request(House house, Node node, long account, Voice client, Voice at, boolean stream, Script script) {
        this.client = client;
        this.at = at;
        this.stream = stream;
        this.script = script.spokenBy(client, House.model(at), stream);
        this.key = house.key(account);
        this.caller = new Caller(node.port(), key.text());
    }

    /** Asks, and waits for the end. */
    Got run() {
        got = caller.ask(client.path(House.model(at), stream), body());
        endedNanos = System.nanoTime();
        return got;
    }

    private String body() {
        return client.ask(House.model(at), script.prompt(), script.output(), stream);
    }

    Got got() {
        return got;
    }

    /** What came so far, while it runs. */
    Got soFar() {
        return caller.got();
    }

    /** When it ended, by {@link System#nanoTime}. */
    long endedNanos() {
        return endedNanos;
    }

    boolean finished() {
        return got.finished(client, stream);
    }

    /**
     * Judges the charges of this request by what it got and what the provider served.
     *
     * @param charges those of its key
     * @param checkpoint the most that a checkpoint said of it, nano-USD
     * @param served what the provider noted
     * @param ledgerAway whether it ended when PostgreSQL had been away for longer than a last event is held back
     * @return what is wrong, empty when nothing is
     */
    Optional<String> verdict(List<Charge> charges, long checkpoint, Provider.Served served, boolean ledgerAway) {
        if (charges.size() > 1) {
            return wrong("is charged more than once", charges);
        }
        long cost = charges.stream().mapToLong(Charge::costNano).sum();
        if (finished()) {
            // The settlement was still queued when its process died: the rest is the operator's.
            boolean settledLate = ledgerAway
                    && charges.size() == 1
                    && charges.getFirst().ending().equals("REAPED")
                    && cost >= Math.min(checkpoint, script.cost())
                    && cost < script.cost();
            return cost == script.cost() || settledLate
                    ? Optional.empty()
                    : wrong("ended, and is not charged its usage", charges);
        }
        long upTo = Script.cost(script.input(), (long) served.chunks.get() * Script.TOLD_PER_CHUNK);
        if (got.served() && stream) {
            boolean right = charges.size() == 1 && cost >= Math.min(checkpoint, upTo) && cost <= upTo;
            return right ? Optional.empty() : wrong("is charged not between " + checkpoint + " and " + upTo, charges);
        }
        // A whole answer is charged before it goes, so it may be lost after its charge and not before.
        boolean lostAfterwards = !stream && served.whole && got.status() == 0 && cost == script.cost();
        return cost == 0 || lostAfterwards ? Optional.empty() : wrong("got nothing, and is charged", charges);
    }

    private Optional<String> wrong(String what, List<Charge> charges) {
        return Optional.of("request %d of %s at %s, %s, %s: %s; charges %s; it got %s"
                .formatted(script.number(), client, at, stream ? "streamed" : "whole", script, what, charges, got));
    }
}
