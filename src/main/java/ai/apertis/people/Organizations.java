package ai.apertis.people;

import ai.apertis.ledger.Database;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.Rows;
import ai.apertis.ledger.Tables;
import ai.apertis.ledger.Writes;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The organizations, and what gives access to each of their parts. */
public final class Organizations {
    private final Pool pool;
    private final Writes writes;
    private final Changes changes;
    private final Invitations invitations;

    /**
     * Reads and changes organizations.
     *
     * @param database where they are
     * @param writes runs changes, and lets the keys of this node be forgotten after each
     * @param log where it is noted who did what
     */
    public Organizations(Database database, Writes writes, AuditLog log) {
        this.pool = database.pool();
        this.writes = writes;
        this.changes = new Changes(writes, log);
        this.invitations = new Invitations(pool, changes);
    }

    /**
     * Who belongs to an organization.
     *
     * @return reads and changes members
     */
    public Members members() {
        return new Members(pool, changes);
    }

    /**
     * Who was invited.
     *
     * @return reads and changes invitations
     */
    public Invitations invitations() {
        return invitations;
    }

    /**
     * What members may do.
     *
     * @return reads and changes roles
     */
    public Roles roles() {
        return new Roles(pool, changes);
    }

    /**
     * Members that get roles together.
     *
     * @return reads and changes groups
     */
    public Groups groups() {
        return new Groups(pool, changes);
    }

    /**
     * What keys are sorted by.
     *
     * @return reads and changes projects
     */
    public Projects projects() {
        return new Projects(pool, changes);
    }

    /**
     * What programs administer an organization with.
     *
     * @return reads and changes admin keys
     */
    public AdminKeys adminKeys() {
        return new AdminKeys(pool, changes);
    }

    /**
     * The keys of an organization's account.
     *
     * @param keys the ledger's, for reading
     * @return reads and changes them on behalf of somebody
     */
    public OrganizationKeys keys(Keys keys) {
        return new OrganizationKeys(pool, changes, keys);
    }

    /**
     * What members ask in the playground with.
     *
     * @param keys the ledger's, for reading
     * @return finds and makes them
     */
    public PlaygroundKeys playgroundKeys(Keys keys) {
        return new PlaygroundKeys(pool, changes, keys);
    }

    /**
     * What members do about an organization's money.
     *
     * @return does it on behalf of somebody
     */
    public OrganizationBilling billing() {
        return new OrganizationBilling(changes);
    }

    /**
     * Makes a team with an account of its own.
     *
     * @param owner its first member and owner
     * @param name for people, 1 to 100 characters
     * @return the team; fails with {@link Refusal.Invalid}
     */
    public Future<Organization> createTeam(Person owner, String name) {
        try {
            String title = Entries.title(name);
            return writes.run((tables, transaction) -> make(tables, transaction, owner, title, false)
                    .compose(made -> changes.log()
                            .write(
                                    transaction,
                                    new Principal.Member(owner, made.id(), Set.of()),
                                    "organization.made",
                                    made.name())
                            .map(made)));
        } catch (Refusal.Invalid refusal) {
            return Future.failedFuture(refusal);
        }
    }

    /**
     * The organizations somebody belongs to, the personal one first, then by name.
     *
     * @param personId who
     * @return at least the personal one
     */
    public Future<List<Organization>> of(long personId) {
        return pool.preparedQuery("""
            SELECT o.* FROM membership m JOIN organization o ON o.id = m.organization_id
            WHERE m.person_id = $1 ORDER BY o.personal_of IS NULL, lower(o.name), o.id\
            """).execute(Tuple.of(personId)).map(rows -> Rows.list(rows, Organization::read));
    }

    /**
     * Finds one. Says nothing of who may see it.
     *
     * @param id its id
     * @return empty when there is none
     */
    public Future<Optional<Organization>> get(long id) {
        return pool.preparedQuery("SELECT * FROM organization WHERE id = $1")
                .execute(Tuple.of(id))
                .map(rows -> Rows.first(rows, Organization::read));
    }

    /**
     * Finds the one that an account pays for. Says nothing of who may see it.
     *
     * @param accountId the account
     * @return empty for an account that the admin API made
     */
    public Future<Optional<Organization>> ofAccount(long accountId) {
        return pool.preparedQuery("SELECT * FROM organization WHERE account_id = $1")
                .execute(Tuple.of(accountId))
                .map(rows -> Rows.first(rows, Organization::read));
    }

    /**
     * Who somebody is in an organization: what every decision about them begins with.
     *
     * @param person who
     * @param organizationId where
     * @return with what their roles permit now, empty when they are no member
     */
    public Future<Optional<Principal.Member>> member(Person person, long organizationId) {
        return pool.preparedQuery("SELECT FROM membership WHERE organization_id = $1 AND person_id = $2")
                .execute(Tuple.of(organizationId, person.id()))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(Optional.empty())
                        : Roles.of(pool, organizationId, person.id()).map(roles -> {
                            Set<Action> actions = new HashSet<>();
                            roles.forEach(role -> actions.addAll(role.actions()));
                            return Optional.of(new Principal.Member(person, organizationId, actions));
                        }));
    }

    /**
     * Renames an organization.
     *
     * @param by who, with {@link Action#MANAGE_SETTINGS}
     * @param name for people, 1 to 100 characters
     * @return as renamed; fails with {@link Refusal.Forbidden} or {@link Refusal.Invalid}
     */
    public Future<Organization> rename(Principal by, String name) {
        return changes.run(
                by,
                Action.MANAGE_SETTINGS,
                (tables, transaction, organization) -> transaction
                        .preparedQuery("UPDATE organization SET name = $2 WHERE id = $1 RETURNING *")
                        .execute(Tuple.of(organization.id(), Entries.title(name)))
                        .map(rows -> Organization.read(rows.iterator().next()))
                        .compose(renamed -> changes.log()
                                .write(
                                        transaction,
                                        by,
                                        "organization.renamed",
                                        organization.name() + " to " + renamed.name())
                                .map(renamed)));
    }

    /** Makes an organization, its account, its two roles and its owner. */
    static Future<Organization> make(
            Tables tables, SqlClient transaction, Person owner, String name, boolean personal) {
        return tables.accounts()
                .create(name, owner.email())
                .compose(account -> transaction
                        .preparedQuery("""
                            INSERT INTO organization (account_id, name, personal_of) VALUES ($1, $2, $3) RETURNING *\
                            """)
                        .execute(Tuple.of(account.id(), name, personal ? owner.id() : null)))
                .map(rows -> Organization.read(rows.iterator().next()))
                .compose(made -> transaction
                        .preparedQuery("""
                            WITH joined AS (
                                INSERT INTO membership (organization_id, person_id) VALUES ($1, $2)),
                            roles AS (
                                INSERT INTO organization_role (organization_id, name, kind)
                                VALUES ($1, 'Owner', 'owner'), ($1, 'Reader', 'reader') RETURNING id, kind)
                            INSERT INTO role_assignment (organization_id, role_id, person_id)
                            SELECT $1, id, $2 FROM roles WHERE kind = 'owner'\
                            """)
                        .execute(Tuple.of(made.id(), owner.id()))
                        .map(made));
    }
}
