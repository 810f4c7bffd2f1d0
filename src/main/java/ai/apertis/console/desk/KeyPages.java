package ai.apertis.console.desk;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.console.Ids;
import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Visit;
import ai.apertis.dialect.ApiException;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.KeyUses;
import ai.apertis.people.Action;
import ai.apertis.people.OrganizationKeys;
import ai.apertis.people.OrganizationKeys.Listed;
import ai.apertis.people.Permissions;
import ai.apertis.people.Principal;
import ai.apertis.people.Projects;
import ai.apertis.people.Projects.Project;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an organization. Who may not see all of them sees those of their own. That is asked of {@link OrganizationKeys}
 * with each call, since it depends on the key.
 */
public final class KeyPages implements Mount {
    private static final String LIST = "/console/keys";
    private static final Map<String, String> DONE = Map.of(
            "changed", "The key was changed.",
            "on", "The key is enabled.",
            "off", "The key is disabled: requests with it are refused from now on.",
            "revoked", "The key was revoked.");

    private final Pages pages;
    private final OrganizationKeys keys;
    private final Projects projects;
    private final KeyUses uses;
    private final LiveCatalog catalog;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param keys the keys
     * @param projects what they are sorted by
     * @param uses what they did
     * @param catalog names models
     */
    public KeyPages(Pages pages, OrganizationKeys keys, Projects projects, KeyUses uses, LiveCatalog catalog) {
        this.pages = pages;
        this.keys = keys;
        this.projects = projects;
        this.uses = uses;
        this.catalog = catalog;
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, LIST, null, this::list);
        pages.getSignedIn(router, LIST + "/new", null, this::blank);
        pages.postSignedIn(router, LIST, null, this::make);
        pages.getSignedIn(router, LIST + "/:id", null, this::edit);
        pages.postSignedIn(router, LIST + "/:id", null, this::change);
        pages.postSignedIn(router, LIST + "/:id/switch", null, this::turn);
        pages.postSignedIn(router, LIST + "/:id/revoke", null, this::revoke);
    }

    private Future<Reply> list(Visit visit) {
        Principal by = visit.signedIn().member();
        Instant now = Instant.now();
        Future<List<Listed>> listed = keys.list(by);
        Future<List<Project>> all = projects(by);
        Future<Map<Long, KeyUses.Use>> used = uses.of(visit.signedIn().accountId());
        return Future.all(listed, all, used).map(read -> {
            Map<Long, String> named = all.result().stream().collect(Collectors.toMap(Project::id, Project::name));
            return Reply.page(
                    "desk/keys",
                    "Keys",
                    "The API keys of this organization.",
                    new KeysView(
                            listed.result().stream()
                                    .map(each -> line(by, each, used.result(), named, now))
                                    .toList(),
                            mayMake(by),
                            visit.query("done")
                                    .map(word -> DONE.getOrDefault(word, ""))
                                    .orElse("")));
        });
    }

    private static KeysView.Line line(
            Principal by, Listed each, Map<Long, KeyUses.Use> used, Map<Long, String> projects, Instant now) {
        OrganizationKeys.Origin origin = each.origin();
        Long project = origin.projectId();
        return KeysView.Line.of(
                each.record(),
                used.get(each.record().id()),
                origin.playground(),
                project == null ? "" : projects.getOrDefault(project, ""),
                Objects.requireNonNullElse(origin.madeByName(), ""),
                Permissions.mayChangeKey(by, origin.madeBy()),
                now);
    }

    private static boolean mayMake(Principal by) {
        return Permissions.may(by, Action.MANAGE_OWN_KEYS) || Permissions.may(by, Action.MANAGE_ALL_KEYS);
    }

    private Future<List<Project>> projects(Principal by) {
        return Permissions.may(by, Action.VIEW_KEYS) ? projects.list(by) : Future.succeededFuture(List.of());
    }

    private Future<KeyForm> form(Visit visit, @Nullable Long id, Map<String, String> values) {
        List<String> models = catalog.current().models().stream()
                .filter(model -> !model.endpoints().isEmpty())
                .map(Model::id)
                .toList();
        return projects(visit.signedIn().member())
                .map(all -> new KeyForm(
                        id,
                        values,
                        "",
                        "",
                        all.stream()
                                .filter(one -> !one.archived()
                                        || Long.toString(one.id()).equals(values.get("project")))
                                .toList(),
                        models));
    }

    private Future<Reply> blank(Visit visit) {
        if (!mayMake(visit.signedIn().member())) {
            return Future.failedFuture(Refused.forbidden("Your roles in this organization do not permit this."));
        }
        return form(visit, null, Map.of("monthly_reset_day", "1"))
                .map(form -> Reply.page("desk/key", "New key", "Make an API key.", form));
    }

    private static Map<String, String> entered(Visit visit) {
        Map<String, String> values = new HashMap<>();
        KeyForm.NAMES.forEach(name -> visit.field(name).ifPresent(text -> values.put(name, text)));
        return values;
    }

    private Future<Reply> make(Visit visit) {
        Principal by = visit.signedIn().member();
        Map<String, String> entered = entered(visit);
        KeySettings settings;
        try {
            settings = KeyForm.read(entered, KeySettings.named("new"));
        } catch (ApiException refusal) {
            return form(visit, null, entered)
                    .map(form -> Reply.again(400, "desk/key", "New key", form.refused(refusal)));
        }
        return keys.create(by, settings, project(entered))
                .map(made -> Reply.page(
                        "desk/key-made",
                        "Your new key",
                        "The new key, shown once.",
                        new KeysView.Made(settings.name(), made.key())));
    }

    private static @Nullable Long project(Map<String, String> entered) {
        String told = entered.get("project");
        return told == null ? null : id(told);
    }

    private static long id(String told) {
        try {
            return Long.parseLong(told);
        } catch (NumberFormatException e) {
            throw Refused.notFound("There is no such key.");
        }
    }

    private Future<Listed> mine(Visit visit) {
        Principal by = visit.signedIn().member();
        long id = Ids.of(visit, "key");
        return keys.list(by)
                .map(all -> all.stream()
                        .filter(each -> each.record().id() == id)
                        .findFirst()
                        .orElseThrow(() -> Refused.notFound("There is no such key.")))
                .map(found -> {
                    if (!Permissions.mayChangeKey(by, found.origin().madeBy())) {
                        throw Refused.forbidden("Your roles in this organization do not permit changing this key.");
                    }
                    return found;
                });
    }

    private Future<Reply> edit(Visit visit) {
        return mine(visit)
                .compose(key -> form(
                        visit,
                        key.record().id(),
                        KeyForm.values(key.record().settings(), key.origin().projectId())))
                .map(form -> Reply.page("desk/key", "Change a key", "What a key may do.", form));
    }

    private Future<Reply> change(Visit visit) {
        Principal by = visit.signedIn().member();
        Map<String, String> entered = entered(visit);
        return mine(visit).compose(key -> {
            long id = key.record().id();
            try {
                KeyForm.read(entered, key.record().settings());
            } catch (ApiException refusal) {
                return form(visit, id, entered)
                        .map(form -> Reply.again(400, "desk/key", "Change a key", form.refused(refusal)));
            }
            Long project = project(entered);
            return keys.change(by, id, old -> KeyForm.read(entered, old))
                    .compose(done ->
                            Objects.equals(project, key.origin().projectId()) || !Permissions.may(by, Action.VIEW_KEYS)
                                    ? Future.succeededFuture()
                                    : keys.move(by, id, project))
                    .map(done -> Reply.to(LIST + "?done=changed"));
        });
    }

    private Future<Reply> turn(Visit visit) {
        boolean on = visit.field("enabled").filter("true"::equals).isPresent();
        return mine(visit)
                .compose(key ->
                        keys.change(visit.signedIn().member(), key.record().id(), old -> old.withEnabled(on)))
                .map(done -> Reply.to(LIST + "?done=" + (on ? "on" : "off")));
    }

    private Future<Reply> revoke(Visit visit) {
        return mine(visit)
                .compose(key ->
                        keys.revoke(visit.signedIn().member(), key.record().id()))
                .map(done -> Reply.to(LIST + "?done=revoked"));
    }
}
