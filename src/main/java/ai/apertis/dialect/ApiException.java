package ai.apertis.dialect;

import java.io.Serial;

/** Carries an {@link ApiError} up to where it is written to the client. Has no stack trace: it is an answer, not a bug. */
public final class ApiException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient ApiError error;

    /**
     * Wraps an error.
     *
     * @param error what the client is told
     */
    public ApiException(ApiError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    /**
     * What the client is told.
     *
     * @return the error
     */
    public ApiError error() {
        return error;
    }
}
