package ai.apertis.people;

import ai.apertis.ledger.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Invitations to organizations. Valid for seven days, once, and for the address they were sent to. */
public final class Invitations {
    private final Pool pool;
    private final Changes changes;

    Invitations(Pool pool, Changes changes) {
        this.pool = pool;
        this.changes = changes;
    }

    /**
     * An invitation.
     *
     * @param id its id
     * @param organizationId to where
     * @param organizationName its name now
     * @param email to whom, normalised
     * @param roleIds what they will get
     * @param invitedBy the name of whoever invited
     * @param expiresAt until when it can be accepted
     */
    public record Invitation(
            long id,
            long organizationId,
            String organizationName,
            String email,
            List<Long> roleIds,
            String invitedBy,
            Instant expiresAt) {
        /** Copies the list. */
        public Invitation {
            roleIds = List.copyOf(roleIds);
        }
    }

    /**
     * An invitation just made.
     *
     * @param invitation as stored
     * @param token what proves it: shown now and never again
     */
    public record Made(Invitation invitation, String token) {
        /** Does not show the token. */
        @Override
        public String toString() {
            return "Made[" + invitation + "]";
        }
    }

    /**
     * Invites somebody, in place of an earlier invitation of the same address. Whether there is such a person is not asked.
     *
     * @param by who, with {@link Action#MANAGE_MEMBERS} and everything the roles permit
     * @param email to whom
     * @param roleIds what they will get, at least one
     * @return with the token for the link; fails with {@link Refusal.Forbidden}, {@link Refusal.Invalid}, or
     *     {@link Refusal.Impossible} for a personal organization and for a member
     */
    public Future<Made> invite(Principal by, String email, Collection<Long> roleIds) {
        String token = Tokens.make();
        return changes.run(by, Action.MANAGE_MEMBERS, (tables, transaction, organization) -> {
            String address = Entries.email(email);
            if (organization.personal()) {
                throw new Refusal.Impossible("A personal organization has one member; make a team to invite people.");
            }
            if (roleIds.isEmpty()) {
                throw new Refusal.Invalid("roles", "Choose at least one role.");
            }
            return Roles.some(transaction, organization.id(), roleIds)
                    .compose(roles -> Changes.givable(by, roles))
                    .compose(yes -> noMember(transaction, organization, address))
                    .compose(none -> transaction
                            .preparedQuery("""
                                INSERT INTO invitation (organization_id, hash, email, role_ids, invited_by, expires_at)
                                VALUES ($1, $2, $3, $4, $5, ledger_now() + interval '7 days')
                                ON CONFLICT (organization_id, email) DO UPDATE SET hash = excluded.hash,
                                    role_ids = excluded.role_ids, invited_by = excluded.invited_by,
                                    expires_at = excluded.expires_at
                                RETURNING *\
                                """)
                            .execute(Tuple.of(
                                    organization.id(), Tokens.hash(token), address, Members.array(roleIds), name(by))))
                    .map(rows -> new Made(read(rows.iterator().next(), organization.name()), token))
                    .compose(made -> changes.log()
                            .write(transaction, by, "member.invited", address)
                            .map(made));
        });
    }

    /**
     * The invitations that can still be accepted.
     *
     * @param by who asks, with {@link Action#VIEW_MEMBERS}
     * @return oldest first; fails with {@link Refusal.Forbidden}
     */
    public Future<List<Invitation>> list(Principal by) {
        return Changes.permitted(by, Action.VIEW_MEMBERS)
                .compose(yes -> pool.preparedQuery("""
                    SELECT i.*, o.name AS organization_name FROM invitation i
                    JOIN organization o ON o.id = i.organization_id
                    WHERE i.organization_id = $1 AND i.expires_at > ledger_now() ORDER BY i.id\
                    """).execute(Tuple.of(by.organizationId())))
                .map(rows -> Rows.list(rows, Invitations::read));
    }

    /**
     * Takes an invitation back.
     *
     * @param by who, with {@link Action#MANAGE_MEMBERS}
     * @param id the invitation
     * @return when it is gone; fails with {@link Refusal.Forbidden} or {@link Refusal.Absent}
     */
    public Future<Void> withdraw(Principal by, long id) {
        return changes.run(
                by,
                Action.MANAGE_MEMBERS,
                (tables, transaction, organization) -> transaction
                        .preparedQuery("DELETE FROM invitation WHERE id = $1 AND organization_id = $2 RETURNING email")
                        .execute(Tuple.of(id, organization.id()))
                        .compose(rows -> rows.size() == 0
                                ? Future.failedFuture(new Refusal.Absent("invitation"))
                                : changes.log()
                                        .write(
                                                transaction,
                                                by,
                                                "invitation.withdrawn",
                                                rows.iterator().next().getString("email"))));
    }

    /**
     * Finds an invitation by the token of its link.
     *
     * @param token the token
     * @return empty when there is none or it has expired
     */
    public Future<Optional<Invitation>> find(String token) {
        return find(pool, token);
    }

    private static Future<Optional<Invitation>> find(SqlClient client, String token) {
        if (!Tokens.plausible(token)) {
            return Future.succeededFuture(Optional.empty());
        }
        return client.preparedQuery("""
            SELECT i.*, o.name AS organization_name FROM invitation i JOIN organization o ON o.id = i.organization_id
            WHERE i.hash = $1 AND i.expires_at > ledger_now()\
            """)
                .execute(Tuple.of(Tokens.hash(token)))
                .map(rows -> Rows.first(rows, Invitations::read));
    }

    /**
     * Accepts an invitation.
     *
     * @param person who is signed in
     * @param token the token of its link
     * @return where they are a member now; fails with {@link Refusal.Absent} when there is no such invitation for their
     *     address
     */
    public Future<Organization> accept(Person person, String token) {
        return find(token)
                .map(found -> found.orElseThrow(() -> new Refusal.Absent("invitation")))
                .compose(invitation -> changes.run(
                        invitation.organizationId(),
                        (tables, transaction, organization) ->
                                accept(transaction, person, token).map(organization)));
    }

    /** Accepts in the transaction of something else. */
    Future<Void> accept(SqlClient transaction, Person person, String token) {
        return transaction
                .preparedQuery("""
                    DELETE FROM invitation WHERE hash = $1 AND email = $2 AND expires_at > ledger_now() RETURNING *\
                    """)
                .execute(Tuple.of(Tokens.hash(token), person.email()))
                .map(rows -> Rows.first(rows, row -> read(row, "")).orElseThrow(() -> new Refusal.Absent("invitation")))
                .compose(invitation -> transaction
                        .preparedQuery("""
                            INSERT INTO membership (organization_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING\
                            """)
                        .execute(Tuple.of(invitation.organizationId(), person.id()))
                        .compose(joined -> Members.give(
                                transaction, invitation.organizationId(), person.id(), invitation.roleIds()))
                        .compose(given -> changes.log()
                                .write(
                                        transaction,
                                        new Principal.Member(person, invitation.organizationId(), Set.of()),
                                        "member.joined",
                                        person.name())));
    }

    private static Future<Void> noMember(SqlClient transaction, Organization organization, String email) {
        return transaction
                .preparedQuery("""
                    SELECT FROM membership m JOIN person p ON p.id = m.person_id
                    WHERE m.organization_id = $1 AND p.email = $2\
                    """)
                .execute(Tuple.of(organization.id(), email))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture()
                        : Future.failedFuture(new Refusal.Impossible("They are a member already.")));
    }

    private static String name(Principal by) {
        return switch (by) {
            case Principal.Member member -> member.person().name();
            case Principal.AdminKey key -> key.name();
            case Principal.Operator operator -> operator.person().name();
        };
    }

    private static Invitation read(Row row) {
        return read(row, row.getString("organization_name"));
    }

    private static Invitation read(Row row, String organizationName) {
        return new Invitation(
                row.getLong("id"),
                row.getLong("organization_id"),
                organizationName,
                row.getString("email"),
                List.of(row.getArrayOfLongs("role_ids")),
                row.getString("invited_by"),
                Rows.instant(row, "expires_at"));
    }
}
