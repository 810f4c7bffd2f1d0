package ai.apertis.billing.alerts;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs webhooks in the form that Stripe made common: {@code t=<unix seconds>,v1=<hex>}, where v1 is the HMAC-SHA-256 of
 * {@code <t>.<body>}. The time is signed too, so that a receiver can refuse an old body that somebody sends again.
 */
final class Signature {
    private Signature() {}

    /**
     * The header's value.
     *
     * @param seconds now, seconds since 1970
     * @param body the body as sent
     * @param secrets one {@code v1} is made with each
     */
    static String of(long seconds, byte[] body, List<String> secrets) {
        StringBuilder header = new StringBuilder("t=").append(seconds);
        for (String secret : secrets) {
            header.append(",v1=").append(HexFormat.of().formatHex(mac(secret, seconds, body)));
        }
        return header.toString();
    }

    private static byte[] mac(String secret, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }
}
