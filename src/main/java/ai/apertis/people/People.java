package ai.apertis.people;

import ai.apertis.config.ConsoleConfig;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.Rows;
import ai.apertis.ledger.Tables;
import ai.apertis.ledger.Writes;
import ai.apertis.money.NanoUsd;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The people who can sign in. */
public final class People {
    private static final int LONGEST_LOGIN = 254;
    private static final int LONGEST_PASSWORD = 128;

    private final Pool pool;
    private final Writes writes;
    private final Passwords passwords;
    private final Organizations organizations;
    private final AuditLog log;
    private final ConsoleConfig config;

    /**
     * Reads and writes people.
     *
     * @param database where they are
     * @param writes runs what also changes the ledger
     * @param passwords hashes
     * @param organizations where invitations are
     * @param log where it is noted who did what
     * @param config who may sign up, and with what credit
     */
    public People(
            Database database,
            Writes writes,
            Passwords passwords,
            Organizations organizations,
            AuditLog log,
            ConsoleConfig config) {
        this.pool = database.pool();
        this.writes = writes;
        this.passwords = passwords;
        this.organizations = organizations;
        this.log = log;
        this.config = config;
    }

    /**
     * What somebody new enters.
     *
     * @param email their address
     * @param name the user name they want
     * @param password the password they want
     * @param invitation the token of an invitation to the same address, null for none
     */
    public record SignUp(
            String email,
            String name,
            String password,
            @Nullable String invitation) {
        /** Shows no secret. */
        @Override
        public String toString() {
            return "SignUp[" + name + "]";
        }
    }

    /**
     * Signs somebody up: the person, their personal organization, its account and its credit, and the invitation accepted,
     * all or nothing.
     *
     * @param entered what they entered
     * @return the person; fails with {@link Refusal.Invalid}, with {@link Refusal.Taken} of {@code name}, which they may be
     *     told, or of {@code email}, which they must not be told, with {@link Refusal.Impossible} where sign-up is closed to
     *     them, with {@link Refusal.Absent} for an invitation that is none for them, with {@link Refusal.Busy}. All take the
     *     same time from the hashing on, whether the address is taken or not
     */
    public Future<Person> signUp(SignUp entered) {
        String email;
        String name;
        String password;
        try {
            email = Entries.email(entered.email());
            name = Entries.userName(entered.name());
            password = Entries.password(entered.password(), email, name);
        } catch (Refusal.Invalid refusal) {
            return Future.failedFuture(refusal);
        }
        String invitation = entered.invitation();
        if (!config.maySignUp(invitation != null)) {
            return Future.failedFuture(new Refusal.Impossible("Nobody can sign up here without an invitation."));
        }
        return passwords
                .hash(password)
                .compose(hash -> writes.run((tables, transaction) -> free(transaction, "name", name)
                        .compose(yes -> free(transaction, "email", email))
                        .compose(yes -> insert(tables, transaction, Tuple.of(email, name, hash), invitation))))
                .recover(e -> Future.failedFuture(taken(e)));
    }

    /** Makes a person of an address, a name and the hash of a password, which may be null, with all that belongs to them. */
    Future<Person> insert(Tables tables, SqlClient transaction, Tuple values, @Nullable String invitation) {
        return transaction
                .preparedQuery("""
                    WITH p AS (INSERT INTO person (email, name, password_hash) VALUES ($1, $2, $3) RETURNING *)
                    SELECT %s FROM p\
                    """.formatted(Person.COLUMNS))
                .execute(values)
                .map(rows -> Person.read(rows.iterator().next()))
                .compose(person -> Organizations.make(tables, transaction, person, person.name(), true)
                        .compose(personal -> credit(tables, personal)
                                .compose(credited -> log.write(
                                        transaction,
                                        new Principal.Member(person, personal.id(), Set.of()),
                                        "person.signed_up",
                                        person.name())))
                        .compose(noted -> invitation == null
                                ? Future.succeededFuture()
                                : organizations.invitations().accept(transaction, person, invitation))
                        .map(person));
    }

    private Future<Void> credit(Tables tables, Organization personal) {
        long nano = NanoUsd.ofUsd(config.signUpCreditUsd());
        return nano == 0
                ? Future.succeededFuture()
                : tables.accounts()
                        .credit(personal.accountId(), nano, "sign-up")
                        .mapEmpty();
    }

    private static Future<Void> free(SqlClient transaction, String column, String value) {
        return transaction
                .preparedQuery("SELECT FROM person WHERE " + column + " = $1")
                .execute(Tuple.of(value))
                .compose(rows ->
                        rows.size() == 0 ? Future.succeededFuture() : Future.failedFuture(new Refusal.Taken(column)));
    }

    /** Where two sign up at the same moment, the constraint decides. */
    private static Throwable taken(Throwable e) {
        return switch (e instanceof PgException known ? String.valueOf(known.getConstraint()) : "") {
            case "person_email" -> new Refusal.Taken("email");
            case "person_name" -> new Refusal.Taken("name");
            default -> e;
        };
    }

    /**
     * Whether a user name and password, or an address and password, are somebody's. Takes the same time whether there is
     * such a person or not.
     *
     * @param login a user name, or what has an at sign in it for an address
     * @param password as entered
     * @return the person, empty when either is wrong; fails with {@link Refusal.Busy}
     */
    public Future<Optional<Person>> verify(String login, String password) {
        String name = login.strip().toLowerCase(Locale.ROOT);
        boolean possible = name.length() <= LONGEST_LOGIN
                && name.indexOf('\0') < 0
                && password.codePointCount(0, password.length()) <= LONGEST_PASSWORD;
        return possible
                ? row(pool, name.indexOf('@') < 0 ? "name" : "email", name)
                        .compose(rows -> rows.size() == 0
                                ? passwords.matchesNobody(password).map(Optional.<Person>empty())
                                : compare(rows.iterator().next(), password))
                : passwords.matchesNobody("").map(Optional.empty());
    }

    private Future<Optional<Person>> compare(Row row, String password) {
        String hash = row.getString("password_hash");
        if (hash == null) {
            // They came through an OpenID provider and have no password; nobody is to see that.
            return passwords.matchesNobody(password).map(Optional.empty());
        }
        Person person = Person.read(row);
        return passwords.matches(password, hash).compose(right -> {
            if (!right) {
                return Future.succeededFuture(Optional.<Person>empty());
            }
            return passwords.outdated(hash)
                    ? store(pool, person.id(), password).map(Optional.of(person))
                    : Future.succeededFuture(Optional.of(person));
        });
    }

    private static Future<RowSet<Row>> row(SqlClient client, String column, Object value) {
        return client.preparedQuery(
                        "SELECT " + Person.COLUMNS + ", p.password_hash FROM person p WHERE p." + column + " = $1")
                .execute(Tuple.of(value));
    }

    private Future<Void> store(SqlClient client, long id, String password) {
        return passwords
                .hash(password)
                .compose(hash -> client.preparedQuery("UPDATE person SET password_hash = $2 WHERE id = $1")
                        .execute(Tuple.of(id, hash)))
                .mapEmpty();
    }

    /**
     * Changes somebody's password and ends all their other sessions. The caller {@link Sessions#rotate rotates} this one.
     *
     * @param session where they are signed in
     * @param current the password they have
     * @param wanted the password they want
     * @return when it is done; fails with {@link Refusal.Invalid} of {@code current} or {@code password}, or with
     *     {@link Refusal.Busy}
     */
    public Future<Void> changePassword(Session session, String current, String wanted) {
        Person person = session.person();
        try {
            Entries.password(wanted, person.email(), person.name());
        } catch (Refusal.Invalid refusal) {
            return Future.failedFuture(refusal);
        }
        return verify(person.name(), current)
                .compose(found -> found.isPresent()
                        ? passwords.hash(wanted)
                        : Future.failedFuture(new Refusal.Invalid("current", "This is not your password.")))
                .compose(hash -> pool.withTransaction(transaction -> transaction
                        .preparedQuery("UPDATE person SET password_hash = $2 WHERE id = $1")
                        .execute(Tuple.of(person.id(), hash))
                        .compose(done -> transaction
                                .preparedQuery("DELETE FROM session WHERE person_id = $1 AND id <> $2")
                                .execute(Tuple.of(person.id(), session.id())))
                        .compose(
                                ended -> log.writeOwn(transaction, person, "person.password_changed", person.name()))));
    }

    /**
     * Gives somebody another user name. Their personal organization keeps its name.
     *
     * @param person who
     * @param wanted the user name they want
     * @return as renamed; fails with {@link Refusal.Invalid} or {@link Refusal.Taken} of {@code name}
     */
    public Future<Person> rename(Person person, String wanted) {
        String name;
        try {
            name = Entries.userName(wanted);
        } catch (Refusal.Invalid refusal) {
            return Future.failedFuture(refusal);
        }
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery("""
                    WITH p AS (UPDATE person SET name = $2 WHERE id = $1 RETURNING *)
                    SELECT %s, o.id AS personal FROM p JOIN organization o ON o.personal_of = p.id\
                    """.formatted(Person.COLUMNS))
                        .execute(Tuple.of(person.id(), name))
                        .map(rows -> rows.iterator().next())
                        .compose(row -> log.write(
                                        transaction,
                                        new Principal.Member(person, row.getLong("personal"), Set.of()),
                                        "person.renamed",
                                        person.name() + " to " + name)
                                .map(Person.read(row))))
                .recover(e -> Future.failedFuture(taken(e)));
    }

    /**
     * Finds somebody.
     *
     * @param id their id
     * @return empty when there is nobody
     */
    public Future<Optional<Person>> get(long id) {
        return row(pool, "id", id).map(rows -> Rows.first(rows, Person::read));
    }
}
