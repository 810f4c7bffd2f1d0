package ai.apertis.dialect;

import ai.apertis.money.NanoUsd;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads single parameters of a request and refuses wrong types and values with a 400 that names them. */
public final class Params {
    private Params() {}

    /**
     * A string.
     *
     * @param name the parameter
     * @param json on the value
     * @return the string
     * @throws IOException on malformed JSON
     * @throws ApiException when it is something else
     */
    public static String string(String name, JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw wrongType(name, "a string", json);
        }
        return json.getText();
    }

    /**
     * A boolean, null counting as false.
     *
     * @param name the parameter
     * @param json on the value
     * @return the value
     * @throws ApiException when it is something else
     */
    public static boolean bool(String name, JsonParser json) {
        return switch (json.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> throw wrongType(name, "a boolean", json);
        };
    }

    /**
     * A whole number within bounds.
     *
     * @param name the parameter
     * @param json on the value
     * @param min the smallest allowed
     * @param max the largest allowed
     * @return the number, null for a JSON null
     * @throws IOException on malformed JSON
     * @throws ApiException when it is something else or out of bounds
     */
    public static @Nullable Long integer(String name, JsonParser json, long min, long max) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrongType(name, "an integer", json);
        }
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw outOfRange(name, min, max);
        }
        long value = json.getLongValue();
        if (value < min || value > max) {
            throw outOfRange(name, min, max);
        }
        return value;
    }

    /**
     * A whole number that is written out, as in a query or a header.
     *
     * @param name the parameter
     * @param told what is written
     * @param most the largest allowed; the smallest is 1
     * @return the number
     * @throws ApiException when it is something else or out of bounds
     */
    public static long whole(String name, String told, long most) {
        try {
            long number = Long.parseLong(told);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Told below.
        }
        throw ApiError.invalidParameter(name, "'" + name + "' must be a whole number from 1 to " + most + ".")
                .exception();
    }

    /**
     * Checks a number against bounds, null being allowed.
     *
     * @param name the parameter
     * @param json on the value
     * @param min the smallest allowed
     * @param max the largest allowed
     * @return the number, null for null
     * @throws IOException on malformed JSON
     * @throws ApiException when it is something else or out of bounds
     */
    public static @Nullable Double number(String name, JsonParser json, double min, double max) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (!json.currentToken().isNumeric()) {
            throw wrongType(name, "a number", json);
        }
        double value = json.getDoubleValue();
        if (!(value >= min && value <= max)) {
            throw outOfRange(name, min, max);
        }
        return value;
    }

    /**
     * An amount of money above zero.
     *
     * @param name the parameter
     * @param json on the value
     * @return nano-USD, null for a JSON null
     * @throws IOException on malformed JSON
     * @throws ApiException when it is something else
     */
    public static @Nullable Long usd(String name, JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (!json.currentToken().isNumeric()) {
            throw wrongType(name, "a number of US dollars", json);
        }
        try {
            long nano = NanoUsd.ofUsd(json.getDecimalValue());
            if (nano > 0) {
                return nano;
            }
        } catch (ArithmeticException | NumberFormatException tooFineOrTooMuch) {
            // Told below.
        }
        throw ApiError.invalidParameter(name, "'" + name + "' must be US dollars above 0, with at most nine decimals.")
                .exception();
    }

    /**
     * An array of strings.
     *
     * @param name the parameter
     * @param json on the value
     * @param most how many it may have
     * @return the strings, null for a JSON null
     * @throws IOException on malformed JSON
     * @throws ApiException when it is something else or too long
     */
    public static @Nullable List<String> strings(String name, JsonParser json, int most) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw wrongType(name, "an array of strings", json);
        }
        List<String> values = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            values.add(string(name + "[" + values.size() + "]", json));
            if (values.size() > most) {
                throw ApiError.invalidParameter(name, "'" + name + "' may have at most " + most + " entries.")
                        .exception();
            }
        }
        return values;
    }

    /**
     * Refuses a value of another type than wanted.
     *
     * @param name the parameter
     * @param wanted what it should be, with its article
     * @param json on the value
     * @return the exception to throw
     */
    public static ApiException wrongType(String name, String wanted, JsonParser json) {
        String found = switch (json.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a decimal number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "something else";
        };
        return ApiError.invalidParameter(
                        name,
                        "Invalid type for '" + name + "': expected " + wanted + ", but got " + found + " instead.")
                .exception();
    }

    private static ApiException outOfRange(String name, Number min, Number max) {
        return ApiError.invalidParameter(
                        name,
                        "Invalid value for '" + name + "': it must be between " + plain(min) + " and " + plain(max)
                                + ".")
                .exception();
    }

    private static String plain(Number bound) {
        return bound.doubleValue() == bound.longValue() ? Long.toString(bound.longValue()) : bound.toString();
    }
}
