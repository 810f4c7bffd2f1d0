package ai.apertis.people;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody signed in with one browser.
 *
 * @param id its id, for revoking it
 * @param person who
 * @param organizationId the organization they are working in
 * @param csrf what a form must carry to be theirs
 * @param createdAt when they signed in
 * @param usedAt when it was last used, to the minute
 * @param expiresAt when it ends unless it is used
 * @param operatorUntil until when they have the operator's rights, null for never
 * @param address where they signed in from
 * @param agent what they signed in with, as it calls itself
 */
public record Session(
        long id,
        Person person,
        long organizationId,
        String csrf,
        Instant createdAt,
        Instant usedAt,
        Instant expiresAt,
        @Nullable Instant operatorUntil,
        String address,
        String agent) {

    /**
     * Whether a form is of this session. Compares in constant time.
     *
     * @param sent what it carried
     * @return whether
     */
    public boolean owns(String sent) {
        return !csrf.isEmpty() && Tokens.same(csrf, sent);
    }

    /**
     * Whether they have the operator's rights.
     *
     * @param now the time
     * @return whether
     */
    public boolean operator(Instant now) {
        return operatorUntil != null && now.isBefore(operatorUntil);
    }

    /** Does not show the secret. */
    @Override
    public String toString() {
        return "Session[" + id + " of " + person.name() + "]";
    }
}
