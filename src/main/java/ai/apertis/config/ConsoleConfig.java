package ai.apertis.config;

import java.math.BigDecimal;
import java.net.URI;
import java.util.Optional;

/**
 * Who may sign up, how people come in and for how long they stay signed in.
 *
 * @param signUp {@code open} to everybody, {@code closed}, {@code invited} for people with an invitation only, or {@code oidc}
 *     for people whom the OpenID provider vouches for only
 * @param signUpCreditUsd what the account of somebody new is given, USD
 * @param sessionDays after how many days without use a session ends, 1 to 30
 * @param logInsPerAddressPerHour log-ins and sign-ups of one client address in an hour, together; 0 for no limit
 * @param failedLogInsPerName wrong passwords from one client address for one name in a quarter of an hour; 0 for no limit
 * @param publicUrl where people reach the pages, without a trailing slash; what is sent to them or to an OpenID provider leads
 *     there
 * @param oidc the OpenID provider, if there is one
 */
public record ConsoleConfig(
        String signUp,
        BigDecimal signUpCreditUsd,
        int sessionDays,
        long logInsPerAddressPerHour,
        long failedLogInsPerName,
        Optional<URI> publicUrl,
        Optional<OidcConfig> oidc) {

    /**
     * Whether somebody may sign up with a password.
     *
     * @param invited whether they show an invitation
     * @return whether
     */
    public boolean maySignUp(boolean invited) {
        return signUp.equals("open") || (signUp.equals("invited") && invited);
    }

    /**
     * Whether somebody may sign up through the OpenID provider.
     *
     * @param invited whether they show an invitation
     * @return whether
     */
    public boolean maySignUpByOidc(boolean invited) {
        return signUp.equals("oidc") || maySignUp(invited);
    }
}
