package ai.apertis.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.apertis.config.ConsoleConfig;
import ai.apertis.ledger.Await;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.KeyHash;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.MadeKey;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.ledger.Writes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** People, sessions and organizations in real rows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeopleTest {
    private static final String PASSWORD = "correct horse battery";

    private Vertx vertx;
    private DatabaseUrl url;
    private Database database;
    private Keys keys;
    private Writes writes;
    private AuditLog log;
    private Organizations organizations;
    private Sessions sessions;
    private People people;
    private int count;

    @BeforeAll
    void open() {
        vertx = Vertx.vertx();
        url = TestDatabase.migrated();
        database = Database.open(vertx, url, 4);
        keys = new Keys(database, new KeyHash(Map.of(1, new byte[32])), false);
        writes = new Writes(database, keys);
        log = new AuditLog(database);
        organizations = new Organizations(database, writes, log);
        sessions = new Sessions(database, 14);
        people = people("open");
    }

    @AfterAll
    void close() {
        Await.get(vertx.close());
    }

    @Test
    void signingUpMakesThePersonTheirOrganizationAndItsAccountWithCredit() {
        Person ann = person();
        Organization own = Await.get(organizations.of(ann.id())).getFirst();
        assertThat(own.personal()).isTrue();
        assertThat(TestDatabase.number(url, "SELECT amount_nano FROM credit WHERE account_id = " + own.accountId()))
                .isEqualTo(500_000_000L);
        assertThat(Await.get(organizations.member(ann, own.id())).orElseThrow().actions())
                .isEqualTo(Action.ofOrganizations());
        assertThat(TestDatabase.text(url, "SELECT password_hash FROM apertis.person WHERE id = " + ann.id()))
                .startsWith("$argon2id$v=19$m=64,t=1,p=1$")
                .doesNotContain(PASSWORD);
    }

    @Test
    void whatIsTakenIsToldApartAndLeavesNothing() {
        Person ann = person();
        long accounts = TestDatabase.number(url, "SELECT count(*) FROM account");
        assertThatExceptionOfType(Refusal.Taken.class)
                .isThrownBy(() -> Await.get(people.signUp(
                        new People.SignUp(" " + ann.email().toUpperCase(Locale.ROOT), "fresh-name", PASSWORD, null))))
                .matches(refusal -> refusal.field().equals("email"));
        assertThatExceptionOfType(Refusal.Taken.class)
                .isThrownBy(() -> Await.get(people.signUp(new People.SignUp(ann.email(), ann.name(), PASSWORD, null))))
                .matches(refusal -> refusal.field().equals("name"));
        assertThat(TestDatabase.number(url, "SELECT count(*) FROM account")).isEqualTo(accounts);
    }

    @Test
    void eitherNameOrAddressSignsInAndNothingElse() {
        Person ann = person();
        assertThat(Await.get(people.verify(ann.name(), PASSWORD))).contains(ann);
        assertThat(Await.get(people.verify(" " + ann.email().toUpperCase(Locale.ROOT), PASSWORD)))
                .contains(ann);
        assertThat(Await.get(people.verify(ann.name(), PASSWORD + "x"))).isEmpty();
        assertThat(Await.get(people.verify("nobody-at-all", PASSWORD))).isEmpty();
        assertThat(Await.get(people.verify("a\u0000b", PASSWORD))).isEmpty();
        assertThat(Await.get(people.verify(ann.name(), "x".repeat(100_000)))).isEmpty();
    }

    @Test
    void hashesAsAdvisedAndHashesAgainWhatWasHashedWithLess() {
        Person ann = person();
        People careful = new People(database, writes, new Passwords(vertx), organizations, log, config("open"));
        assertThat(Await.get(careful.verify(ann.name(), PASSWORD))).contains(ann);
        assertThat(TestDatabase.text(url, "SELECT password_hash FROM apertis.person WHERE id = " + ann.id()))
                .startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(Await.get(careful.verify(ann.name(), PASSWORD))).contains(ann);
        assertThat(Await.get(careful.verify("nobody-at-all", PASSWORD))).isEmpty();
    }

    @Test
    void aChangedPasswordEndsTheOtherSessions() {
        Person ann = person();
        Sessions.Started here = Await.get(sessions.start(ann, "192.0.2.1", "here"));
        Sessions.Started there = Await.get(sessions.start(ann, "192.0.2.2", "there"));
        assertThatExceptionOfType(Refusal.Invalid.class)
                .isThrownBy(() -> Await.get(people.changePassword(here.session(), "wrong one", "another password")))
                .matches(refusal -> refusal.field().equals("current"));
        Await.get(people.changePassword(here.session(), PASSWORD, "another password"));
        assertThat(Await.get(sessions.find(there.token()))).isEmpty();
        assertThat(Await.get(sessions.find(here.token()))).isPresent();
        assertThat(Await.get(people.verify(ann.name(), PASSWORD))).isEmpty();
        assertThat(Await.get(people.verify(ann.name(), "another password"))).contains(ann);
    }

    @Test
    void aSessionIsFoundByItsTokenUntilItEnds() {
        Person ann = person();
        Sessions.Started started = Await.get(sessions.start(ann, "192.0.2.1", "browser\u0000"));
        Session session = Await.get(sessions.find(started.token())).orElseThrow();
        assertThat(session).isEqualTo(started.session());
        assertThat(session.agent()).isEqualTo("browser");
        assertThat(session.owns(session.csrf())).isTrue();
        assertThat(session.owns("")).isFalse();
        assertThat(session.toString() + started).doesNotContain(session.csrf(), started.token());
        assertThat(Await.get(sessions.find(started.token() + "x"))).isEmpty();

        Sessions.Started rotated = Await.get(sessions.rotate(session));
        assertThat(Await.get(sessions.find(started.token()))).isEmpty();
        assertThat(rotated.session().csrf()).isNotEqualTo(session.csrf());
        assertThat(rotated.session().id()).isEqualTo(session.id());

        assertThat(Await.get(sessions.list(ann.id()))).extracting(Session::id).containsExactly(session.id());
        assertThat(Await.get(sessions.end(person().id(), session.id()))).isFalse();
        assertThat(Await.get(sessions.end(ann.id(), session.id()))).isTrue();
        assertThat(Await.get(sessions.find(rotated.token()))).isEmpty();
    }

    @Test
    void useMovesTheEndOfASessionButNotBeyondThirtyDays() {
        Sessions.Started started = Await.get(sessions.start(person(), "192.0.2.1", "browser"));
        String where = " WHERE id = " + started.session().id();
        TestDatabase.execute(
                url,
                "UPDATE session SET used_at = used_at - interval '5 days', expires_at = now() + interval '1 day'"
                        + where);
        Await.get(sessions.find(started.token()));
        assertThat(Await.get(sessions.find(started.token())).orElseThrow().expiresAt())
                .isAfter(Instant.now().plusSeconds(13 * 86_400));
        TestDatabase.execute(
                url,
                "UPDATE session SET used_at = now() - interval '5 days', expires_at = now() + interval '1 day',"
                        + " ends_at = now() + interval '2 days'" + where);
        Await.get(sessions.find(started.token()));
        assertThat(Await.get(sessions.find(started.token())).orElseThrow().expiresAt())
                .isBefore(Instant.now().plusSeconds(3 * 86_400));
        TestDatabase.execute(url, "UPDATE session SET expires_at = now() - interval '1 second'" + where);
        assertThat(Await.get(sessions.find(started.token()))).isEmpty();
    }

    @Test
    void operatorsRightsAreOfOneSession() {
        Person ann = person();
        Sessions.Started one = Await.get(sessions.start(ann, "192.0.2.1", "one"));
        Sessions.Started other = Await.get(sessions.start(ann, "192.0.2.1", "other"));
        Await.get(sessions.becomeOperator(one.session()));
        Session with = Await.get(sessions.find(one.token())).orElseThrow();
        assertThat(with.operator(Instant.now())).isTrue();
        assertThat(with.operator(Instant.now().plusSeconds(13 * 3600))).isFalse();
        assertThat(Await.get(sessions.find(other.token())).orElseThrow().operator(Instant.now()))
                .isFalse();
        Await.get(sessions.ceaseOperator(with));
        assertThat(Await.get(sessions.find(one.token())).orElseThrow().operator(Instant.now()))
                .isFalse();
    }

    @Test
    void anInvitationIsForOneAddressOnce() {
        Team team = team();
        Invitations.Made made =
                Await.get(organizations.invitations().invite(team.owner, "New@Example.org", List.of(team.reader)));
        assertThat(made.toString()).doesNotContain(made.token());
        assertThat(TestDatabase.number(
                        url,
                        "SELECT count(*) FROM invitation WHERE encode(hash, 'escape') LIKE '%" + made.token() + "%'"))
                .isZero();
        assertThatThrownBy(() -> Await.get(organizations.invitations().accept(person(), made.token())))
                .isInstanceOf(Refusal.Absent.class);

        Person guest = Await.get(
                people("invited").signUp(new People.SignUp("new@example.org", "new-guest", PASSWORD, made.token())));
        assertThat(Await.get(organizations.member(guest, team.id)).orElseThrow().actions())
                .isEqualTo(Action.views());
        assertThatThrownBy(() -> Await.get(organizations.invitations().accept(guest, made.token())))
                .isInstanceOf(Refusal.Absent.class);
        assertThat(Await.get(log.page(team.owner, null, 10)))
                .extracting(AuditLog.Entry::event)
                .containsExactly("member.joined", "member.invited", "organization.made");
    }

    @Test
    void signUpMayBeClosed() {
        assertThatThrownBy(() -> Await.get(
                        people("closed").signUp(new People.SignUp("c@example.org", "closed", PASSWORD, null))))
                .isInstanceOf(Refusal.Impossible.class);
        assertThatThrownBy(() -> Await.get(people("invited")
                        .signUp(new People.SignUp("c@example.org", "closed", PASSWORD, "x".repeat(43)))))
                .isInstanceOf(Refusal.Absent.class);
        assertThat(Await.get(people.verify("closed", PASSWORD))).isEmpty();
    }

    @Test
    void removingAMemberDisablesTheirKeysAtOnce() {
        Team team = team();
        Role maker = Await.get(organizations.roles().create(team.owner, "Maker", Set.of(Action.MANAGE_OWN_KEYS)));
        Person guest = join(team, maker.id());
        Principal.Member member = member(guest, team.id);
        Sessions.Started session = Await.get(sessions.start(guest, "192.0.2.1", "browser"));
        Await.get(sessions.switchTo(session.session(), team.id));
        OrganizationKeys all = organizations.keys(keys);
        MadeKey theirs = Await.get(all.create(member, KeySettings.named("theirs"), null));
        MadeKey others = Await.get(all.create(team.owner, KeySettings.named("others"), null));
        assertThatThrownBy(() -> Await.get(all.revoke(member, others.record().id())))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(Await.get(keys.find(theirs.key())).orElseThrow().status()).isEqualTo(KeyRecord.Status.ACTIVE);

        Await.get(organizations.members().remove(team.owner, guest.id()));
        assertThat(Await.get(keys.find(theirs.key())).orElseThrow().status()).isEqualTo(KeyRecord.Status.DISABLED);
        assertThat(Await.get(keys.find(others.key())).orElseThrow().status()).isEqualTo(KeyRecord.Status.ACTIVE);
        assertThat(Await.get(organizations.member(guest, team.id))).isEmpty();
        assertThat(Await.get(sessions.find(session.token())).orElseThrow().organizationId())
                .isNotEqualTo(team.id);
        assertThatThrownBy(() -> Await.get(sessions.switchTo(session.session(), team.id)))
                .isInstanceOf(Refusal.Absent.class);
        assertThat(Await.get(all.list(team.owner)))
                .extracting(listed -> listed.origin().madeByName())
                .containsExactly(guest.name(), team.owner.person().name());
    }

    @Test
    void anOrganizationKeepsAnOwner() {
        Team team = team();
        assertThatThrownBy(() -> Await.get(organizations.members().leave(team.owner)))
                .isInstanceOf(Refusal.Impossible.class);
        assertThatThrownBy(() -> Await.get(organizations
                        .members()
                        .setRoles(team.owner, team.owner.person().id(), List.of(team.reader))))
                .isInstanceOf(Refusal.Impossible.class);
        assertThat(Await.get(organizations.member(team.owner.person(), team.id)))
                .contains(team.owner);

        Person second = join(team, team.reader);
        Groups.Group group = Await.get(organizations.groups().create(team.owner, "Heads"));
        Await.get(organizations
                .groups()
                .change(team.owner, group.id(), "Heads", List.of(second.id()), List.of(team.ownerRole)));
        Await.get(organizations.members().leave(team.owner));
        Principal.Member heir = member(second, team.id);
        assertThat(heir.actions()).isEqualTo(Action.ofOrganizations());
        assertThatThrownBy(() -> Await.get(organizations.groups().delete(heir, group.id())))
                .isInstanceOf(Refusal.Impossible.class);
    }

    @Test
    void nobodyRaisesThemselvesOrReachesIntoAnotherOrganization() {
        Team team = team();
        Team other = team();
        Role clerk = Await.get(
                organizations.roles().create(team.owner, "Clerk", Set.of(Action.MANAGE_ROLES, Action.MANAGE_MEMBERS)));
        Person guest = join(team, clerk.id());
        Principal.Member member = member(guest, team.id);
        refused(organizations.members().setRoles(member, guest.id(), List.of(clerk.id(), team.ownerRole)));
        refused(organizations.members().remove(member, team.owner.person().id()));
        refused(organizations.invitations().invite(member, "x@example.org", List.of(team.ownerRole)));
        refused(organizations.roles().change(member, clerk.id(), "Clerk", Set.of(Action.MANAGE_BILLING)));
        refused(organizations.rename(member, "mine"));
        assertThatThrownBy(() ->
                        Await.get(organizations.members().setRoles(team.owner, guest.id(), List.of(other.ownerRole))))
                .isInstanceOf(Refusal.Invalid.class);
        assertThatThrownBy(() -> Await.get(organizations
                        .members()
                        .remove(team.owner, other.owner.person().id())))
                .isInstanceOf(Refusal.Absent.class);
        assertThatThrownBy(() -> Await.get(organizations.roles().delete(team.owner, other.ownerRole)))
                .isInstanceOf(Refusal.Absent.class);
        Groups.Group group = Await.get(organizations.groups().create(team.owner, "Clerks"));
        assertThatThrownBy(() -> Await.get(organizations
                        .groups()
                        .change(
                                team.owner,
                                group.id(),
                                "Clerks",
                                List.of(guest.id(), other.owner.person().id()),
                                List.of())))
                .isInstanceOfSatisfying(
                        Refusal.Invalid.class,
                        refusal -> assertThat(refusal.field()).isEqualTo("members"));
        MadeKey theirs = Await.get(organizations.keys(keys).create(other.owner, KeySettings.named("k"), null));
        assertThatThrownBy(() -> Await.get(organizations
                        .keys(keys)
                        .revoke(team.owner, theirs.record().id())))
                .isInstanceOf(Refusal.Absent.class);
    }

    @Test
    void anAdminKeyIsKnownUntilRevoked() {
        Team team = team();
        AdminKeys.Made made = Await.get(organizations.adminKeys().create(team.owner, "ci"));
        Principal.AdminKey key =
                Await.get(organizations.adminKeys().find(made.key())).orElseThrow();
        assertThat(key.organizationId()).isEqualTo(team.id);
        refused(organizations.adminKeys().list(key));
        Projects.Project project = Await.get(organizations.projects().create(key, "Site"));
        assertThatThrownBy(() -> Await.get(organizations.projects().create(key, "Site")))
                .isInstanceOf(Refusal.Taken.class);
        Await.get(organizations.projects().change(key, project.id(), "Site", true));
        assertThatThrownBy(() ->
                        Await.get(organizations.keys(keys).create(team.owner, KeySettings.named("k"), project.id())))
                .isInstanceOf(Refusal.Invalid.class);
        Await.get(organizations.adminKeys().revoke(team.owner, key.id()));
        assertThat(Await.get(organizations.adminKeys().find(made.key()))).isEmpty();
    }

    @Test
    void theAuditLogCannotBeRewritten() {
        assertThatThrownBy(() ->
                        Await.get(database.pool().query("DELETE FROM audit_log").execute()))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> Await.get(database.pool()
                        .query("UPDATE audit_log SET event = 'x'")
                        .execute()))
                .hasMessageContaining("permission denied");
    }

    private static void refused(Future<?> future) {
        assertThatThrownBy(() -> Await.get(future)).isInstanceOf(Refusal.Forbidden.class);
    }

    private record Team(long id, Principal.Member owner, long ownerRole, long reader) {}

    private Team team() {
        Person owner = person();
        Organization made = Await.get(organizations.createTeam(owner, "Team of " + owner.name()));
        Principal.Member member = member(owner, made.id());
        List<Role> roles = Await.get(organizations.roles().list(member));
        return new Team(made.id(), member, roles.get(0).id(), roles.get(1).id());
    }

    private Principal.Member member(Person person, long organization) {
        return Await.get(organizations.member(person, organization)).orElseThrow();
    }

    private Person join(Team team, long role) {
        Person person = person();
        Await.get(organizations
                .invitations()
                .accept(
                        person,
                        Await.get(organizations.invitations().invite(team.owner, person.email(), List.of(role)))
                                .token()));
        return person;
    }

    private Person person() {
        String name = "person-" + ++count;
        return Await.get(people.signUp(new People.SignUp(name + "@Example.com", name, PASSWORD, null)));
    }

    private People people(String signUp) {
        return new People(database, writes, new Passwords(vertx, 64, 1), organizations, log, config(signUp));
    }

    private static ConsoleConfig config(String signUp) {
        return new ConsoleConfig(signUp, new BigDecimal("0.5"), 14, 20, 5, Optional.empty(), Optional.empty());
    }
}
