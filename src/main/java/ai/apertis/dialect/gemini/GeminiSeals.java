package ai.apertis.dialect.gemini;

import static ai.apertis.config.DialectName.GEMINI;

import ai.apertis.dialect.Seal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Seals in {@code thoughtSignature}, which SDKs read as base64: another maker's is encoded once more. */
final class GeminiSeals {
    private GeminiSeals() {}

    static String write(Seal seal) {
        return seal.maker() == GEMINI
                ? seal.value()
                : Base64.getEncoder().encodeToString(seal.in(GEMINI).getBytes(StandardCharsets.UTF_8));
    }

    static Seal read(String signature) {
        try {
            byte[] bytes =
                    Base64.getDecoder().decode(signature.replace('-', '+').replace('_', '/'));
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.startsWith(Seal.FOREIGN) ? Seal.read(GEMINI, text) : new Seal(GEMINI, signature);
        } catch (IllegalArgumentException notBase64) {
            return new Seal(GEMINI, signature);
        }
    }
}
