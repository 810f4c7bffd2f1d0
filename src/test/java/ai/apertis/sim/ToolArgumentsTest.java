package ai.apertis.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class ToolArgumentsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void fillsRequiredPropertiesByTypeAndLeavesTheOthersOut() throws Exception {
        assertThat(arguments("""
            {"type": "object",
             "properties": {
               "city": {"type": "string"}, "unit": {"enum": ["c", "f"]}, "days": {"type": "integer", "minimum": 3},
               "exact": {"type": ["boolean", "null"]}, "near": {"type": "array", "items": {"type": "number"}},
               "place": {"$ref": "#/$defs/place"}, "when": {"anyOf": [{"type": "null"}, {"type": "string"}]},
               "left_out": {"type": "string"}},
             "required": ["city", "unit", "days", "exact", "near", "place", "when"],
             "$defs": {"place": {"type": "object", "properties": {"x": {"const": 7}}, "required": ["x"]}}}
            """)).isEqualTo(JSON.readTree("""
                {"city": "example", "unit": "c", "days": 3, "exact": true, "near": [1.5], "place": {"x": 7},
                 "when": null}
                """));
    }

    @Test
    void aFunctionWithoutParametersGetsAnEmptyObject() {
        assertThat(ToolArguments.of(JSON.missingNode())).isEqualTo(JSON.createObjectNode());
    }

    @Test
    void aSchemaThatRefersToItselfEnds() throws Exception {
        JsonNode arguments = arguments("""
            {"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}, "required": ["a", "b"]}
            """);

        assertThat(arguments.toString()).hasSizeLessThan(100_000);
    }

    private static JsonNode arguments(String schema) throws Exception {
        return JSON.readTree(ToolArguments.of(JSON.readTree(schema)).toString());
    }
}
