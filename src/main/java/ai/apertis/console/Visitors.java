package ai.apertis.console;

import ai.apertis.people.Organization;
import ai.apertis.people.Organizations;
import ai.apertis.people.Session;
import ai.apertis.people.Sessions;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Finds who visits, by the cookie of their session. It asks the rows each time, so that a session that was ended, and a
 * membership that was taken, are gone at once on every node.
 */
public final class Visitors {
    /** The cookie with the session's token. */
    public static final String COOKIE = "session";

    private final Sessions sessions;
    private final Organizations organizations;

    /**
     * Finds visitors.
     *
     * @param sessions who is signed in
     * @param organizations where they are members
     */
    public Visitors(Sessions sessions, Organizations organizations) {
        this.sessions = sessions;
        this.organizations = organizations;
    }

    /**
     * Who it is.
     *
     * @param token the cookie's value, from anybody
     * @return empty when nobody is signed in with it
     */
    Future<Optional<Visitor>> find(Optional<String> token) {
        return token.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : sessions.find(token.get())
                        .compose(found -> found.isEmpty()
                                ? Future.succeededFuture(Optional.empty())
                                : at(found.get(), found.get().organizationId()));
    }

    private Future<Optional<Visitor>> at(Session session, long organizationId) {
        return organizations.member(session.person(), organizationId).compose(member -> {
            if (member.isPresent()) {
                return organizations
                        .get(organizationId)
                        .map(place -> place.map(there -> new Visitor(session, there, member.get())));
            }
            return home(session, organizationId);
        });
    }

    /** They are no member any more of the organization that they looked at: back to their own. */
    private Future<Optional<Visitor>> home(Session session, long left) {
        return organizations.of(session.person().id()).compose(places -> {
            List<Organization> own = places.stream()
                    .filter(place -> place.personal() && place.id() != left)
                    .toList();
            return own.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : sessions.switchTo(session, own.getFirst().id())
                            .compose(switched -> at(session, own.getFirst().id()));
        });
    }

    /**
     * The cookie of a session that begins or goes on under another token.
     *
     * @param visit whose browser it is for
     * @param token the session's
     * @return a {@code Set-Cookie} header; the browser keeps it for thirty days, the rows decide when it ends
     */
    public static String cookie(Visit visit, String token) {
        return COOKIE + "=" + token + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000"
                + (visit.isSecure() ? "; Secure" : "");
    }

    /**
     * The cookie of a session that is over.
     *
     * @return a {@code Set-Cookie} header
     */
    public static String noCookie() {
        return COOKIE + "=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0";
    }
}
