package ai.apertis.ingress;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Ids by which a request is traced. A client may bring its own; nothing is ever billed by it. */
final class RequestIds {
    private static final int LONGEST = 128;

    private RequestIds() {}

    /** The client's id when it is harmless to repeat in headers and logs, else a new one. */
    static String of(@Nullable String fromClient) {
        if (fromClient != null && isHarmless(fromClient)) {
            return fromClient;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        HexFormat hex = HexFormat.of();
        return "req_" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }

    private static boolean isHarmless(String id) {
        if (id.isEmpty() || id.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || c == '.'
                    || c == ':';
            if (!plain) {
                return false;
            }
        }
        return true;
    }
}
