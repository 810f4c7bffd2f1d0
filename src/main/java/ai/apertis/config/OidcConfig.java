package ai.apertis.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The OpenID provider that people may log in with.
 *
 * @param name what its button calls it
 * @param issuer its address, without a trailing slash
 * @param clientId what this installation is called there
 * @param clientSecret what proves that; none for a public client
 * @param scopes what is asked for, {@code openid} among them
 * @param allowedDomains domains of e-mail addresses that may log in; empty for any
 * @param trustEmail whether somebody it vouches for is given the account that has their address already
 */
public record OidcConfig(
        String name,
        URI issuer,
        String clientId,
        Optional<Secret> clientSecret,
        List<String> scopes,
        List<String> allowedDomains,
        boolean trustEmail) {
    /** Copies the lists. */
    public OidcConfig {
        scopes = List.copyOf(scopes);
        allowedDomains = List.copyOf(allowedDomains);
    }
}
