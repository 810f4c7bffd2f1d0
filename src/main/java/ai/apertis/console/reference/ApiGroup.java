package ai.apertis.console.reference;

import java.util.List;

/**
 * Operations that belong together, a page of the reference.
 *
 * @param id its place below {@code /docs/api/}
 * @param name for instance {@code Chat completions}
 * @param purpose what they are for, one sentence
 * @param operations in the order of the description
 */
public record ApiGroup(String id, String name, String purpose, List<ApiOperation> operations) {
    /** Copies the list. */
    public ApiGroup {
        operations = List.copyOf(operations);
    }
}
