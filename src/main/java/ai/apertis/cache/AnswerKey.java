package ai.apertis.cache;

import ai.apertis.digest.Sha256;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.TreeSet;

/**
 * What exactly was asked: a digest of the account, the endpoint, the model that the name stands for and every other member
 * of the body. Two bodies that differ in the order of their members or in white space ask the same.
 *
 * @param digest SHA-256, hexadecimal
 */
public record AnswerKey(String digest) {
    private static final String MODEL = "model";

    /**
     * The key of a request.
     *
     * @param accountId who asks; part of the key, so that no account is answered from another's
     * @param endpoint where, since the form of the answer depends on it
     * @param model the catalogue id of the model, whatever name the body gives it
     * @param stream whether a stream is asked for, where the body does not say
     * @param body the request as it came
     * @return the key
     */
    public static AnswerKey of(long accountId, String endpoint, String model, boolean stream, ObjectNode body) {
        MessageDigest sha = Sha256.begin();
        text(sha, Long.toString(accountId));
        text(sha, endpoint);
        text(sha, model);
        text(sha, Boolean.toString(stream));
        for (String name :
                new TreeSet<>(body.propertyStream().map(entry -> entry.getKey()).toList())) {
            if (!name.equals(MODEL)) {
                text(sha, name);
                value(sha, body.path(name));
            }
        }
        return new AnswerKey(HexFormat.of().formatHex(sha.digest()));
    }

    private static void value(MessageDigest sha, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                sha.update((byte) '{');
                for (String name : new TreeSet<>(
                        node.propertyStream().map(entry -> entry.getKey()).toList())) {
                    text(sha, name);
                    value(sha, node.path(name));
                }
                sha.update((byte) '}');
            }
            case ARRAY -> {
                sha.update((byte) '[');
                node.forEach(item -> value(sha, item));
                sha.update((byte) ']');
            }
            case STRING -> {
                sha.update((byte) '"');
                text(sha, node.textValue());
            }
            default -> text(sha, node.asText());
        }
    }

    /** Each text goes in with its length, so that no two sequences of texts look alike. */
    private static void text(MessageDigest sha, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int shift = 24; shift >= 0; shift -= 8) {
            sha.update((byte) (bytes.length >>> shift));
        }
        sha.update(bytes);
    }
}
