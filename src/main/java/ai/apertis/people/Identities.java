package ai.apertis.people;

import ai.apertis.config.ConsoleConfig;
import ai.apertis.config.OidcConfig;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.Rows;
import ai.apertis.ledger.Writes;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** People whom an OpenID provider vouches for. Who they are is kept by issuer and subject, never by their address. */
public final class Identities {
    private static final int LONGEST_SUBJECT = 255;
    private static final int LONGEST_NAME = 24;
    private static final int SHORTEST_NAME = 3;
    /** Two that arrive at the same moment: the one who loses has only to look again. */
    private static final Set<String> RACES = Set.of("person_email", "person_name", "person_identity_pkey");

    private final Pool pool;
    private final Writes writes;
    private final People people;
    private final AuditLog log;
    private final ConsoleConfig config;
    private final SecureRandom random = new SecureRandom();

    /**
     * Reads and writes who came from where.
     *
     * @param database where it is
     * @param writes runs what also changes the ledger
     * @param people makes people
     * @param log where it is noted who did what
     * @param config who may sign up, and whom the provider's word is enough for
     */
    public Identities(Database database, Writes writes, People people, AuditLog log, ConsoleConfig config) {
        this.pool = database.pool();
        this.writes = writes;
        this.people = people;
        this.log = log;
        this.config = config;
    }

    /**
     * What a provider says of somebody, in a token that was checked.
     *
     * @param issuer the provider
     * @param subject what it calls them, for good
     * @param email their address, empty when it tells none
     * @param verified whether it says that the address is theirs
     * @param name what they would like to be called, empty when it tells nothing
     */
    public record Identity(String issuer, String subject, String email, boolean verified, String name) {}

    /**
     * Finds whoever a provider vouches for, or signs them up with a personal organization.
     *
     * @param who what the provider says
     * @param invitation the token of an invitation to their address, null for none
     * @return the person; fails with {@link Refusal.Impossible} where they may not come in like this, or with
     *     {@link Refusal.Absent} for an invitation that is none for them
     */
    public Future<Person> enter(Identity who, @Nullable String invitation) {
        return attempt(who, invitation)
                .recover(e -> e instanceof PgException known && RACES.contains(String.valueOf(known.getConstraint()))
                        ? attempt(who, invitation)
                        : Future.failedFuture(e));
    }

    private Future<Person> attempt(Identity who, @Nullable String invitation) {
        OidcConfig provider = config.oidc().orElseThrow();
        if (who.subject().isEmpty() || who.subject().length() > LONGEST_SUBJECT || !printable(who.subject())) {
            return Future.failedFuture(new Refusal.Impossible("The provider does not say who you are."));
        }
        if (!provider.allowedDomains().isEmpty()
                && !(who.verified() && provider.allowedDomains().contains(domain(who.email())))) {
            return Future.failedFuture(
                    new Refusal.Impossible("People with this e-mail address cannot log in here like this."));
        }
        return known(who).compose(found -> found.map(Future::succeededFuture).orElseGet(() -> arrive(who, invitation)));
    }

    private Future<Optional<Person>> known(Identity who) {
        return pool.preparedQuery("""
            SELECT %s FROM person_identity i JOIN person p ON p.id = i.person_id WHERE i.issuer = $1 AND i.subject = $2\
            """.formatted(Person.COLUMNS))
                .execute(Tuple.of(who.issuer(), who.subject()))
                .map(rows -> Rows.first(rows, Person::read));
    }

    private Future<Person> arrive(Identity who, @Nullable String invitation) {
        if (!who.verified()) {
            return Future.failedFuture(new Refusal.Impossible(
                    "The provider has not confirmed your e-mail address. Confirm it there, then log in again."));
        }
        String email;
        try {
            email = Entries.email(who.email());
        } catch (Refusal.Invalid refusal) {
            return Future.failedFuture(refusal);
        }
        return pool.preparedQuery("SELECT " + Person.COLUMNS + " FROM person p WHERE p.email = $1")
                .execute(Tuple.of(email))
                .map(rows -> Rows.first(rows, Person::read))
                .compose(found -> found.isPresent() ? tie(who, found.get()) : make(who, email, invitation));
    }

    /**
     * An account of this address is there already. Addresses are not confirmed when an account is made with a password, so it may
     * be somebody else who has waited for this moment ("Pre-hijacked accounts", Sudhodanan and Paverd, 2022): unless the operator
     * has decided otherwise nothing is tied together, and if so, whoever made it loses the password and every session.
     */
    private Future<Person> tie(Identity who, Person person) {
        if (!config.oidc().orElseThrow().trustEmail()) {
            return Future.failedFuture(new Refusal.Impossible(
                    "There is an account with your e-mail address already. Log in with its password."));
        }
        return pool.withTransaction(transaction -> insert(transaction, who, person)
                        .compose(tied -> transaction
                                .preparedQuery("UPDATE person SET password_hash = NULL WHERE id = $1")
                                .execute(Tuple.of(person.id())))
                        .compose(cleared -> transaction
                                .preparedQuery("DELETE FROM session WHERE person_id = $1")
                                .execute(Tuple.of(person.id())))
                        .compose(ended -> log.writeOwn(transaction, person, "person.tied_to_provider", who.issuer())))
                .map(person);
    }

    private Future<Person> make(Identity who, String email, @Nullable String invitation) {
        if (!config.maySignUpByOidc(invitation != null)) {
            return Future.failedFuture(new Refusal.Impossible("Nobody can sign up here without an invitation."));
        }
        return writes.run((tables, transaction) -> name(transaction, who, email)
                .compose(name -> people.insert(tables, transaction, Tuple.of(email, name, null), invitation))
                .compose(person -> insert(transaction, who, person).map(person)));
    }

    private static Future<Void> insert(SqlClient transaction, Identity who, Person person) {
        return transaction
                .preparedQuery("INSERT INTO person_identity (issuer, subject, person_id) VALUES ($1, $2, $3)")
                .execute(Tuple.of(who.issuer(), who.subject(), person.id()))
                .mapEmpty();
    }

    /** A user name that is free: as like the one they have there as can be. They may change it. */
    private Future<String> name(SqlClient transaction, Identity who, String email) {
        String wish = who.name().isBlank() || who.name().indexOf('@') >= 0 ? email : who.name();
        String stem = stem(wish);
        List<String> candidates = new ArrayList<>(List.of(stem));
        for (int i = 2; i < 10; i++) {
            candidates.add(stem + "-" + i);
        }
        candidates.add(stem + "-" + (100_000 + random.nextInt(900_000)));
        return transaction
                .preparedQuery("SELECT name FROM person WHERE name = ANY ($1)")
                .execute(Tuple.of(candidates.toArray(String[]::new)))
                .map(rows -> {
                    Set<String> taken = new HashSet<>(Rows.list(rows, row -> row.getString("name")));
                    return candidates.stream()
                            .filter(name -> !taken.contains(name))
                            .findFirst()
                            .orElseGet(candidates::getLast);
                });
    }

    private static String stem(String wish) {
        int at = wish.indexOf('@');
        String kept = (at < 0 ? wish : wish.substring(0, at))
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9_]+", "-")
                .replaceAll("^-+|-+$", "");
        String cut = kept.substring(0, Math.min(LONGEST_NAME, kept.length()));
        return cut.length() < SHORTEST_NAME ? ("user-" + cut).replaceAll("-+$", "") : cut;
    }

    private static String domain(String email) {
        return email.substring(email.lastIndexOf('@') + 1).strip().toLowerCase(Locale.ROOT);
    }

    private static boolean printable(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }
}
