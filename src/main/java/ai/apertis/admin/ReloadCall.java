package ai.apertis.admin;

import ai.apertis.config.ConfigChange;
import ai.apertis.config.ConfigException;
import ai.apertis.dialect.ApiError;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.util.List;

/** {@code POST /api/admin/reload}: reads the configuration again and tells what is different. */
final class ReloadCall {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST_PROBLEMS = 20;

    private final Reload reload;

    ReloadCall(Reload reload) {
        this.reload = reload;
    }

    Future<Reply> reply() {
        return reload.now()
                .map(done -> Reply.ok(shown(done)))
                .recover(
                        cause -> Future.failedFuture(cause instanceof ConfigException invalid ? told(invalid) : cause));
    }

    private static ObjectNode shown(Reload.Done done) {
        ConfigChange change = done.change();
        ObjectNode root = JSON.objectNode()
                .put("version", done.version())
                .put("previous_version", done.before())
                .put("changed", !change.isEmpty());
        list(root.putObject("models"), change.models());
        list(root.putObject("providers"), change.providers());
        list(root.putObject("plans"), change.plans());
        names(root.putArray("settings"), change.settings());
        names(root.putArray("restart_needed"), change.restart());
        return root;
    }

    private static void list(ObjectNode to, ConfigChange.Listed of) {
        names(to.putArray("added"), of.added());
        names(to.putArray("removed"), of.removed());
        names(to.putArray("changed"), of.changed());
    }

    private static void names(ArrayNode to, List<String> names) {
        names.forEach(to::add);
    }

    /** Its messages name places and never repeat what came from the environment. */
    private static RuntimeException told(ConfigException invalid) {
        List<String> problems = invalid.problems();
        String first = String.join("\n", problems.subList(0, Math.min(MOST_PROBLEMS, problems.size())));
        String more = problems.size() > MOST_PROBLEMS ? "\nand " + (problems.size() - MOST_PROBLEMS) + " more" : "";
        return ApiError.badRequest(
                        "invalid_request",
                        "The configuration is not valid, and nothing was changed.\n" + first + more,
                        invalid.field().isEmpty() ? null : invalid.field())
                .exception();
    }
}
