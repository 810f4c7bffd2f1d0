package ai.apertis.ingress;

import ai.apertis.catalog.Model;
import ai.apertis.dialect.ApiError;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the models are told to the clients of one dialect. */
interface ModelList {
    /**
     * One page of the models.
     *
     * @param models all that the key may use, in the order of the catalogue
     * @param permissions of the key
     * @param request says which page
     * @return the body
     * @throws ai.apertis.dialect.ApiException a 400 that names a parameter
     */
    ObjectNode page(List<Model> models, Permissions permissions, HttpServerRequest request);

    /** One model. */
    ObjectNode one(Model model, Permissions permissions);

    /** Reads how many entries a page has. */
    static int size(HttpServerRequest request, String name, int unless, int most) {
        String told = request.getParam(name);
        if (told == null || told.isEmpty()) {
            return unless;
        }
        if (told.matches("[1-9]\\d{0,8}")) {
            return Math.min(most, Integer.parseInt(told));
        }
        throw ApiError.invalidParameter(name, "'" + name + "' must be a number from 1 to " + most + ".")
                .exception();
    }

    /** Finds the model that a page begins after or ends before. */
    static int place(List<Model> models, String name, @Nullable String id) {
        for (int i = 0; i < models.size(); i++) {
            if (models.get(i).id().equals(id)) {
                return i;
            }
        }
        throw ApiError.invalidParameter(name, "'" + name + "' names no entry of this list.")
                .exception();
    }
}
