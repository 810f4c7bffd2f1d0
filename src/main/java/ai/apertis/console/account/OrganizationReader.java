package ai.apertis.console.account;

import ai.apertis.console.Shown;
import ai.apertis.console.Visitor;
import ai.apertis.console.account.OrganizationView.Box;
import ai.apertis.people.Action;
import ai.apertis.people.AdminKeys;
import ai.apertis.people.Groups;
import ai.apertis.people.Invitations;
import ai.apertis.people.Members;
import ai.apertis.people.Organization;
import ai.apertis.people.Organizations;
import ai.apertis.people.Principal;
import ai.apertis.people.Projects;
import ai.apertis.people.Role;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads of an organization what a visitor may see of it. */
final class OrganizationReader {
    private final Organizations organizations;

    OrganizationReader(Organizations organizations) {
        this.organizations = organizations;
    }

    private record People(
            List<Role> roles,
            List<Groups.Group> groups,
            List<Members.Membership> members,
            List<Invitations.Invitation> invitations) {
        static final People UNSEEN = new People(List.of(), List.of(), List.of(), List.of());
    }

    Future<OrganizationView> read(Visitor visitor, Said said) {
        Principal.Member by = visitor.member();
        return organizations
                .of(visitor.session().person().id())
                .compose(places -> people(visitor, by)
                        .compose(people -> projects(visitor, by)
                                .compose(projects -> adminKeys(visitor, by)
                                        .map(keys -> view(visitor, places, people, projects, keys, said)))));
    }

    private Future<People> people(Visitor visitor, Principal by) {
        if (!visitor.may(Action.VIEW_MEMBERS)) {
            return Future.succeededFuture(People.UNSEEN);
        }
        return organizations
                .roles()
                .list(by)
                .compose(roles -> organizations
                        .groups()
                        .list(by)
                        .compose(groups -> organizations
                                .members()
                                .list(by)
                                .compose(members -> organizations
                                        .invitations()
                                        .list(by)
                                        .map(invited -> new People(roles, groups, members, invited)))));
    }

    private Future<List<Projects.Project>> projects(Visitor visitor, Principal by) {
        return visitor.may(Action.VIEW_KEYS) ? organizations.projects().list(by) : Future.succeededFuture(List.of());
    }

    private Future<List<AdminKeys.Listed>> adminKeys(Visitor visitor, Principal by) {
        return visitor.may(Action.MANAGE_ADMIN_KEYS)
                ? organizations.adminKeys().list(by)
                : Future.succeededFuture(List.of());
    }

    private static OrganizationView view(
            Visitor visitor,
            List<Organization> places,
            People people,
            List<Projects.Project> projects,
            List<AdminKeys.Listed> keys,
            Said said) {
        Organization here = visitor.organization();
        return new OrganizationView(
                here.name(),
                here.personal(),
                places.stream()
                        .map(place -> new Box(
                                Long.toString(place.id()),
                                place.name() + (place.personal() ? " (personal)" : ""),
                                place.id() == here.id()))
                        .toList(),
                people.members().stream()
                        .map(member -> member(member, people, visitor))
                        .toList(),
                people.invitations().stream()
                        .map(one -> new OrganizationView.Invited(
                                one.id(),
                                one.email(),
                                one.invitedBy(),
                                Shown.minute(one.expiresAt()),
                                words(one.roleIds(), people.roles(), Role::id, Role::name)))
                        .toList(),
                people.groups().stream().map(group -> group(group, people)).toList(),
                people.roles().stream().map(OrganizationReader::role).toList(),
                projects.stream()
                        .map(one -> new OrganizationView.ProjectLine(one.id(), one.name(), one.archived()))
                        .toList(),
                keys.stream()
                        .map(key -> new OrganizationView.AdminKey(
                                key.id(), key.name(), key.last4(), Shown.minute(key.createdAt())))
                        .toList(),
                roles(people.roles(), List.of()),
                actions(List.of()),
                said);
    }

    private static OrganizationView.Member member(Members.Membership member, People people, Visitor visitor) {
        String has = Stream.of(
                        words(member.roleIds(), people.roles(), Role::id, Role::name),
                        words(member.groupIds(), people.groups(), Groups.Group::id, Groups.Group::name))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
        return new OrganizationView.Member(
                member.person().id(),
                member.person().name(),
                member.person().email(),
                Shown.minute(member.joinedAt()),
                has.isEmpty() ? "no role" : has,
                member.person().id() == visitor.session().person().id(),
                roles(people.roles(), member.roleIds()));
    }

    private static OrganizationView.Group group(Groups.Group group, People people) {
        return new OrganizationView.Group(
                group.id(),
                group.name(),
                people.members().stream()
                        .map(member -> new Box(
                                Long.toString(member.person().id()),
                                member.person().name(),
                                group.personIds().contains(member.person().id())))
                        .toList(),
                roles(people.roles(), group.roleIds()));
    }

    private static OrganizationView.RoleLine role(Role role) {
        String permits = switch (role.kind()) {
            case OWNER -> "everything here";
            case READER -> "seeing everything";
            case CUSTOM ->
                role.actions().stream().sorted().map(OrganizationReader::label).collect(Collectors.joining(", "));
        };
        return new OrganizationView.RoleLine(
                role.id(), role.name(), role.kind() == Role.Kind.CUSTOM, permits, actions(role.actions()));
    }

    private static List<Box> roles(List<Role> roles, Collection<Long> given) {
        return roles.stream()
                .map(role -> new Box(Long.toString(role.id()), role.name(), given.contains(role.id())))
                .toList();
    }

    private static List<Box> actions(Collection<Action> given) {
        return Arrays.stream(Action.values())
                .filter(Action.ofOrganizations()::contains)
                .map(action -> new Box(action.word(), label(action), given.contains(action)))
                .toList();
    }

    private static String label(Action action) {
        return action.word().replace('_', ' ');
    }

    private static <T> String words(List<Long> ids, List<T> all, Function<T, Long> id, Function<T, String> name) {
        Map<Long, String> names = all.stream().collect(Collectors.toMap(id, name));
        return ids.stream()
                .map(one -> names.getOrDefault(one, ""))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }
}
