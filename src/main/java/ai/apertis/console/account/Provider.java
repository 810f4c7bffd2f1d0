package ai.apertis.console.account;

import ai.apertis.config.ConsoleConfig;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The button that leads to the OpenID provider.
 *
 * @param name what the provider is called, empty when there is none
 * @param path where the button leads
 */
public record Provider(String name, String path) {
    static final Provider NONE = new Provider("", "");

    static Provider of(ConsoleConfig config, String to, String invitation) {
        String path = OidcPages.PATH + "?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8)
                + (invitation.isEmpty() ? "" : "&invitation=" + URLEncoder.encode(invitation, StandardCharsets.UTF_8));
        return config.oidc().map(oidc -> new Provider(oidc.name(), path)).orElse(NONE);
    }
}
