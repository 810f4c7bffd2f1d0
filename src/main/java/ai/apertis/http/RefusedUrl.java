package ai.apertis.http;

import java.io.Serial;

/** A URL that the gateway does not open. The message says why, in words that may be shown to whoever gave the URL. */
public final class RefusedUrl extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    RefusedUrl(String why) {
        super(why);
    }
}
