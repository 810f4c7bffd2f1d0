package ai.apertis;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Looks often at what a test waits for. Awaitility's own tenth of a second, first to begin and then between two looks, is longer
 * than most of what is waited for, and tests wait some hundreds of times. JUnit finds this class by itself.
 */
public final class Attention implements BeforeAllCallback {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    /** For JUnit. */
    public Attention() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultPollDelay(BETWEEN_LOOKS);
        Awaitility.setDefaultPollInterval(BETWEEN_LOOKS);
    }
}
