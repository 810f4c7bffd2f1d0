package ai.apertis.people;

import ai.apertis.ledger.Database;
import ai.apertis.ledger.Rows;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Locale;
import java.util.Optional;

/**
 * Links that are sent by e-mail and prove that their bearer reads it: to choose a new password, valid for an hour, and to confirm
 * a new address, valid for a day. Each is used once, and a new one takes the place of the one before.
 */
public final class MailedLinks {
    private static final int LONGEST_LOGIN = 254;
    private static final String RESET = "reset";
    private static final String ADDRESS = "address";

    private final Pool pool;
    private final Passwords passwords;
    private final AuditLog log;

    /**
     * Reads and writes links.
     *
     * @param database where they are
     * @param passwords hashes
     * @param log where it is noted who did what
     */
    public MailedLinks(Database database, Passwords passwords, AuditLog log) {
        this.pool = database.pool();
        this.passwords = passwords;
        this.log = log;
    }

    /**
     * A link.
     *
     * @param person whose it is
     * @param email where it is sent
     * @param token what is in it: shown now and never again; empty for one that was found by its token
     */
    public record Link(Person person, String email, String token) {
        /** Does not show the token. */
        @Override
        public String toString() {
            return "Link[" + person.name() + "]";
        }
    }

    /**
     * Makes a link to a new password.
     *
     * @param login a user name, or what has an at sign in it for an address
     * @return empty when there is no such person, which the one who asks must not learn, not from the time it takes either
     */
    public Future<Optional<Link>> reset(String login) {
        String name = login.strip().toLowerCase(Locale.ROOT);
        if (name.length() > LONGEST_LOGIN || name.indexOf('\0') >= 0) {
            return Future.succeededFuture(Optional.empty());
        }
        return pool.preparedQuery("SELECT " + Person.COLUMNS + " FROM person p WHERE p."
                        + (name.indexOf('@') < 0 ? "name" : "email") + " = $1")
                .execute(Tuple.of(name))
                .map(rows -> Rows.first(rows, Person::read))
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : make(found.get(), RESET, found.get().email(), 1).map(Optional::of));
    }

    /**
     * Makes a link that confirms somebody's new address. The caller has checked their password.
     *
     * @param person who
     * @param wanted the address they want
     * @return empty when somebody has it already, which they must not learn; fails with {@link Refusal.Invalid} of {@code email}
     */
    public Future<Optional<Link>> address(Person person, String wanted) {
        String email;
        try {
            email = Entries.email(wanted);
        } catch (Refusal.Invalid refusal) {
            return Future.failedFuture(refusal);
        }
        return pool.preparedQuery("SELECT FROM person WHERE email = $1")
                .execute(Tuple.of(email))
                .compose(rows -> rows.size() > 0
                        ? Future.succeededFuture(Optional.empty())
                        : make(person, ADDRESS, email, 24).map(Optional::of));
    }

    private Future<Link> make(Person person, String purpose, String email, int hours) {
        String token = Tokens.make();
        return pool.preparedQuery("""
            INSERT INTO mailed_link (hash, purpose, person_id, email, expires_at)
            VALUES ($1, $2, $3, $4, ledger_now() + make_interval(hours => $5))
            ON CONFLICT (person_id, purpose) DO UPDATE SET hash = excluded.hash, email = excluded.email,
                expires_at = excluded.expires_at\
            """)
                .execute(Tuple.of(Tokens.hash(token), purpose, person.id(), email, hours))
                .map(made -> new Link(person, email, token));
    }

    /**
     * Finds a link to a new password that can still be used.
     *
     * @param token what was in it
     * @return empty when it was used, has been replaced, is too old, or the person has another address by now
     */
    public Future<Optional<Link>> findReset(String token) {
        return find(token, RESET)
                .map(found ->
                        found.filter(link -> link.email().equals(link.person().email())));
    }

    /**
     * Finds a link to a new address that can still be used.
     *
     * @param token what was in it
     * @return empty when it was used, has been replaced or is too old
     */
    public Future<Optional<Link>> findAddress(String token) {
        return find(token, ADDRESS);
    }

    private Future<Optional<Link>> find(String token, String purpose) {
        if (!Tokens.plausible(token)) {
            return Future.succeededFuture(Optional.empty());
        }
        return pool.preparedQuery("""
            SELECT l.email AS sent_to, %s FROM mailed_link l JOIN person p ON p.id = l.person_id
            WHERE l.hash = $1 AND l.purpose = $2 AND l.expires_at > ledger_now()\
            """.formatted(Person.COLUMNS))
                .execute(Tuple.of(Tokens.hash(token), purpose))
                .map(rows -> Rows.first(rows, MailedLinks::read));
    }

    private static Link read(Row row) {
        return new Link(Person.read(row), row.getString("sent_to"), "");
    }

    /**
     * Uses a link to a new password: all sessions of the person end.
     *
     * @param token what was in the link
     * @param wanted the password they want
     * @return whose it is now; fails with {@link Refusal.Invalid} of {@code password}, the link being as good as before, with
     *     {@link Refusal.Absent} of the link, or with {@link Refusal.Busy}
     */
    public Future<Person> useReset(String token, String wanted) {
        return findReset(token)
                .map(found ->
                        found.orElseThrow(() -> new Refusal.Absent("link")).person())
                .map(person -> {
                    Entries.password(wanted, person.email(), person.name());
                    return person;
                })
                .compose(person -> passwords
                        .hash(wanted)
                        .compose(hash -> pool.withTransaction(transaction -> used(transaction, token, RESET)
                                .compose(email -> transaction
                                        .preparedQuery(
                                                "UPDATE person SET password_hash = $2 WHERE id = $1 AND email = $3")
                                        .execute(Tuple.of(person.id(), hash, email)))
                                .compose(changed -> changed.rowCount() == 1
                                        ? Future.succeededFuture()
                                        : Future.failedFuture(new Refusal.Absent("link")))
                                .compose(changed -> transaction
                                        .preparedQuery("DELETE FROM session WHERE person_id = $1")
                                        .execute(Tuple.of(person.id())))
                                // Whoever asked for another address before may not have been them.
                                .compose(ended -> transaction
                                        .preparedQuery("DELETE FROM mailed_link WHERE person_id = $1")
                                        .execute(Tuple.of(person.id())))
                                .compose(cleared ->
                                        log.writeOwn(transaction, person, "person.password_reset", person.name()))
                                .map(person))));
    }

    /**
     * Uses a link to a new address. Where alerts of the personal organization went to the old one, they go to the new.
     *
     * @param token what was in the link
     * @return the person with the address they had; fails with {@link Refusal.Absent} of the link, also when somebody else has
     *     taken the address meanwhile
     */
    public Future<Link> useAddress(String token) {
        return findAddress(token)
                .map(found -> found.orElseThrow(() -> new Refusal.Absent("link")))
                .compose(link -> pool.withTransaction(transaction -> used(transaction, token, ADDRESS)
                        .compose(email -> transaction
                                .preparedQuery("UPDATE person SET email = $2 WHERE id = $1")
                                .execute(Tuple.of(link.person().id(), email)))
                        .compose(changed -> transaction
                                .preparedQuery("""
                                    UPDATE account a SET email = $2 FROM organization o
                                    WHERE o.personal_of = $1 AND a.id = o.account_id AND a.email = $3\
                                    """)
                                .execute(Tuple.of(
                                        link.person().id(),
                                        link.email(),
                                        link.person().email())))
                        .compose(moved -> log.writeOwn(
                                transaction,
                                link.person(),
                                "person.address_changed",
                                link.person().email() + " to " + link.email()))
                        .map(link)))
                .recover(e -> Future.failedFuture(
                        e instanceof PgException known && "person_email".equals(known.getConstraint())
                                ? new Refusal.Absent("link")
                                : e));
    }

    /** Two who use a link at the same moment: one of them finds it gone. */
    private static Future<String> used(SqlClient transaction, String token, String purpose) {
        return transaction
                .preparedQuery("""
                    DELETE FROM mailed_link WHERE hash = $1 AND purpose = $2 AND expires_at > ledger_now() RETURNING email\
                    """)
                .execute(Tuple.of(Tokens.hash(token), purpose))
                .map(rows ->
                        Rows.first(rows, row -> row.getString("email")).orElseThrow(() -> new Refusal.Absent("link")));
    }
}
