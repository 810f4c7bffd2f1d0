package ai.apertis.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a call is answered with.
 *
 * @param status the HTTP status
 * @param body the JSON
 */
record Reply(int status, ObjectNode body) {
    static Reply ok(ObjectNode body) {
        return new Reply(200, body);
    }

    static Reply created(ObjectNode body) {
        return new Reply(201, body);
    }
}
