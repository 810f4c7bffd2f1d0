package ai.apertis.dialect;

import ai.apertis.money.NanoUsd;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Puts what an answer cost into the usage object of a provider's JSON and leaves every other byte as it came. */
public final class UsageCost {
    private UsageCost() {}

    /**
     * Adds {@code cost} to the usage, in the place of what the provider may have said there.
     *
     * @param json an object
     * @param costNano what it cost, nano-USD
     * @param none the usage to write when there is none
     * @param path the members on the way to the usage object, itself included
     * @return the object with its cost; as it was when it cannot be read
     */
    public static byte[] into(byte[] json, long costNano, ObjectNode none, String... path) {
        try {
            return at(json, costNano, none, List.of(path));
        } catch (ApiException unreadable) {
            return json;
        }
    }

    private static byte[] at(byte[] json, long costNano, ObjectNode none, List<String> path) {
        JsonBody body = JsonBody.read(json, (name, value) -> value.skipChildren());
        Splice edits = new Splice(json);
        String cost = NanoUsd.toUsd(costNano).toPlainString();
        if (path.isEmpty()) {
            if (body.isEmpty()) {
                return Json.bytes(none.put("cost", NanoUsd.toUsd(costNano)));
            }
            body.set(edits, "cost", cost);
            return edits.apply();
        }
        JsonBody.Member member = body.find(path.getFirst());
        if (member != null && json[member.valueFrom()] == '{') {
            byte[] inner = Arrays.copyOfRange(json, member.valueFrom(), member.to());
            edits.replace(member.valueFrom(), member.to(), at(inner, costNano, none, path.subList(1, path.size())));
        } else if (path.size() == 1) {
            byte[] usage = Json.bytes(none.put("cost", NanoUsd.toUsd(costNano)));
            body.set(edits, path.getFirst(), new String(usage, StandardCharsets.UTF_8));
        }
        return edits.apply();
    }
}
