package ai.apertis.people;

import ai.apertis.ledger.Database;
import ai.apertis.ledger.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/**
 * Who is signed in. A session ends when it was not used for some days, and after thirty in any case. Its token is in the
 * browser only; the rows hold its SHA-256.
 */
public final class Sessions {
    private static final int LONGEST_DAYS = 30;
    private static final int LONGEST_TEXT = 200;
    private static final String SELECT =
            "SELECT s.*, s.used_at < ledger_now() - interval '1 minute' AS stale, " + Person.COLUMNS
                    + " FROM session s JOIN person p ON p.id = s.person_id WHERE s.expires_at > ledger_now() AND ";

    private final Pool pool;
    private final int days;

    /**
     * Reads and writes sessions.
     *
     * @param database where they are
     * @param days after how many days without use one ends, 1 to 30
     */
    public Sessions(Database database, int days) {
        this.pool = database.pool();
        this.days = days;
    }

    /**
     * A session just begun, or continued under another token.
     *
     * @param session the session
     * @param token for the browser's cookie: shown now and never again
     */
    public record Started(Session session, String token) {
        /** Does not show the token. */
        @Override
        public String toString() {
            return "Started[" + session + "]";
        }
    }

    /**
     * Signs somebody in, in their personal organization. The caller has checked their password, and forgets the token that
     * the browser had before.
     *
     * @param person who
     * @param address where from
     * @param agent with what, as it calls itself; cut at 200 characters
     * @return the session and its token
     */
    public Future<Started> start(Person person, String address, String agent) {
        String token = Tokens.make();
        return pool.preparedQuery("DELETE FROM session WHERE person_id = $1 AND expires_at <= ledger_now()")
                .execute(Tuple.of(person.id()))
                .compose(swept -> pool.preparedQuery("""
                    INSERT INTO session (hash, person_id, organization_id, created_at, used_at, expires_at, ends_at,
                        address, agent)
                    SELECT $1, $2, o.id, ledger_now(), ledger_now(), ledger_now() + make_interval(days => $3),
                        ledger_now() + make_interval(days => $4), $5, $6
                    FROM organization o WHERE o.personal_of = $2\
                    """)
                        .execute(Tuple.of(
                                Tokens.hash(token),
                                person.id(),
                                days,
                                LONGEST_DAYS,
                                printable(address),
                                printable(agent))))
                .compose(made -> started(token));
    }

    /**
     * Finds the session of a cookie and notes that it is used.
     *
     * @param token what the browser sent
     * @return empty when there is none or it has ended
     */
    public Future<Optional<Session>> find(String token) {
        if (!Tokens.plausible(token)) {
            return Future.succeededFuture(Optional.empty());
        }
        return pool.preparedQuery(SELECT + "s.hash = $1")
                .execute(Tuple.of(Tokens.hash(token)))
                .compose(rows -> {
                    Optional<Session> found = Rows.first(rows, row -> read(row, csrf(token)));
                    return found.isPresent() && rows.iterator().next().getBoolean("stale")
                            ? touch(found.get()).map(found)
                            : Future.succeededFuture(found);
                });
    }

    private Future<Void> touch(Session session) {
        return pool.preparedQuery("""
            UPDATE session SET used_at = ledger_now(),
                expires_at = least(ledger_now() + make_interval(days => $2), ends_at)
            WHERE id = $1\
            """).execute(Tuple.of(session.id(), days)).mapEmpty();
    }

    /**
     * Goes on under another token, when somebody's rights or password have changed: whoever had got hold of the old one has
     * nothing.
     *
     * @param session the session
     * @return with its new token and CSRF secret; fails with {@link Refusal.Absent} when it has ended
     */
    public Future<Started> rotate(Session session) {
        String token = Tokens.make();
        return pool.preparedQuery("UPDATE session SET hash = $2 WHERE id = $1")
                .execute(Tuple.of(session.id(), Tokens.hash(token)))
                .compose(done -> started(token));
    }

    private Future<Started> started(String token) {
        return find(token).map(found -> new Started(found.orElseThrow(() -> new Refusal.Absent("session")), token));
    }

    /**
     * Somebody's sessions that have not ended, the one used last first. They carry no CSRF secret.
     *
     * @param personId who
     * @return the sessions
     */
    public Future<List<Session>> list(long personId) {
        return pool.preparedQuery(SELECT + "s.person_id = $1 ORDER BY s.used_at DESC, s.id DESC")
                .execute(Tuple.of(personId))
                .map(rows -> Rows.list(rows, row -> read(row, "")));
    }

    /**
     * Ends a session.
     *
     * @param personId whose it must be
     * @param id the session
     * @return whether it was there
     */
    public Future<Boolean> end(long personId, long id) {
        return pool.preparedQuery("DELETE FROM session WHERE id = $1 AND person_id = $2")
                .execute(Tuple.of(id, personId))
                .map(done -> done.rowCount() > 0);
    }

    /**
     * Ends all sessions of somebody but this one.
     *
     * @param session the one that stays
     * @return how many were ended
     */
    public Future<Integer> endOthers(Session session) {
        return pool.preparedQuery("DELETE FROM session WHERE person_id = $1 AND id <> $2")
                .execute(Tuple.of(session.person().id(), session.id()))
                .map(done -> done.rowCount());
    }

    /**
     * Works in another organization from now on.
     *
     * @param session the session
     * @param organizationId where
     * @return when it is noted; fails with {@link Refusal.Absent} when they are no member there
     */
    public Future<Void> switchTo(Session session, long organizationId) {
        return pool.preparedQuery("""
            UPDATE session s SET organization_id = m.organization_id FROM membership m
            WHERE s.id = $1 AND m.person_id = s.person_id AND m.organization_id = $2\
            """)
                .execute(Tuple.of(session.id(), organizationId))
                .compose(done -> done.rowCount() > 0
                        ? Future.succeededFuture()
                        : Future.failedFuture(new Refusal.Absent("organization")));
    }

    /**
     * Gives the operator's rights to this session for twelve hours. The caller has checked the admin token, and
     * {@link #rotate rotates} afterwards.
     *
     * @param session the session
     * @return when it is noted
     */
    public Future<Void> becomeOperator(Session session) {
        return pool.preparedQuery(
                        "UPDATE session SET operator_until = ledger_now() + interval '12 hours' WHERE id = $1")
                .execute(Tuple.of(session.id()))
                .mapEmpty();
    }

    /**
     * Takes the operator's rights from this session.
     *
     * @param session the session
     * @return when it is noted
     */
    public Future<Void> ceaseOperator(Session session) {
        return pool.preparedQuery("UPDATE session SET operator_until = NULL WHERE id = $1")
                .execute(Tuple.of(session.id()))
                .mapEmpty();
    }

    private static String csrf(String token) {
        return Tokens.derived(token, "csrf");
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                .limit(LONGEST_TEXT)
                .forEach(printable::appendCodePoint);
        return printable.toString();
    }

    private static Session read(Row row, String csrf) {
        return new Session(
                row.getLong("id"),
                Person.read(row),
                row.getLong("organization_id"),
                csrf,
                Rows.instant(row, "created_at"),
                Rows.instant(row, "used_at"),
                Rows.instant(row, "expires_at"),
                Rows.instantOrNull(row, "operator_until"),
                row.getString("address"),
                row.getString("agent"));
    }
}
