package ai.apertis.console.account;

import ai.apertis.console.Reply;
import ai.apertis.console.Visit;
import ai.apertis.console.Visitor;
import ai.apertis.console.Visitors;
import ai.apertis.people.Person;
import ai.apertis.people.Session;
import ai.apertis.people.Sessions;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Signs people in who have shown who they are, by whatever way. */
public final class Entrance {
    private static final String DESK = "/console";

    private final Gate gate;
    private final Sessions sessions;

    /**
     * An entrance.
     *
     * @param gate tells where somebody comes from
     * @param sessions who is signed in
     */
    public Entrance(Gate gate, Sessions sessions) {
        this.gate = gate;
        this.sessions = sessions;
    }

    /** Signs them in under a new token, whatever the browser had before, and leads them on. */
    Future<Reply> start(Visit visit, Person person, String to, String... cookies) {
        String agent =
                Optional.ofNullable(visit.request().getHeader("User-Agent")).orElse("");
        return end(visit.visitor().map(Visitor::session))
                .compose(done -> sessions.start(person, gate.address(visit).getHostAddress(), agent))
                .map(started -> {
                    List<String> all = new ArrayList<>(List.of(cookies));
                    all.add(Visitors.cookie(visit, started.token()));
                    return new Reply.Elsewhere(to, all);
                });
    }

    /** Ends a session, if there is one. */
    Future<Boolean> end(Optional<Session> before) {
        return before.map(session -> sessions.end(session.person().id(), session.id()))
                .orElseGet(() -> Future.succeededFuture(false));
    }

    /** Where somebody wanted to go, if that is on this site. */
    static String local(Optional<String> to) {
        return to.filter(Visit::isLocal).orElse(DESK);
    }
}
