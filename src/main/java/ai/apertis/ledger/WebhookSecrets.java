package ai.apertis.ledger;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Secrets that webhooks are signed with. They must be known again at each delivery and yet be in no dump of the rows, so
 * a row keeps a random seed, and the secret is derived from it with a pepper: {@code <pepper id>.<random>}.
 */
final class WebhookSecrets {
    private static final String PREFIX = "whsec_";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyHash hash;

    WebhookSecrets(KeyHash hash) {
        this.hash = hash;
    }

    String newSeed() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return hash.currentId() + "." + HexFormat.of().formatHex(random);
    }

    /** The secret of a seed; throws {@link IllegalStateException} when its pepper is not configured any more. */
    String of(String seed) {
        byte[] derived = hash.derived(pepper(seed), "webhook " + seed);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(derived);
    }

    /** Whether the secret of a seed can still be derived. */
    boolean knows(String seed) {
        return hash.knows(pepper(seed));
    }

    private static int pepper(String seed) {
        return Integer.parseInt(seed.substring(0, seed.indexOf('.')));
    }
}
