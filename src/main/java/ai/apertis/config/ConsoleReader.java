package ai.apertis.config;

import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the section {@code console}. */
final class ConsoleReader {
    private static final long MANY = 1_000_000_000;
    private static final int LONGEST_NAME = 40;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]+");

    private ConsoleReader() {}

    static ConsoleConfig read(Value value) {
        try (Section console = value.section()) {
            Value publicUrl = console.at("public_url");
            Optional<URI> url = publicUrl.optionalText().flatMap(set -> publicUrl.baseUrl());
            Value oidc = console.at("oidc");
            Optional<OidcConfig> provider = oidc(oidc);
            if (provider.isPresent() && url.isEmpty()) {
                oidc.problem("needs console.public_url, where the provider is to send people back to");
            }
            Value signUp = console.at("sign_up");
            String who = signUp.word("open", List.of("open", "oidc", "invited", "closed"));
            if (who.equals("oidc") && provider.isEmpty()) {
                signUp.problem("is oidc, but console.oidc names no issuer");
            }
            return new ConsoleConfig(
                    who,
                    console.at("sign_up_credit_usd").decimal(BigDecimal.ZERO, 1_000_000, 9),
                    (int) console.at("session_days").whole(14, 1, 30),
                    console.at("log_ins_per_address_per_hour").whole(20, 0, MANY),
                    console.at("failed_log_ins_per_name").whole(5, 0, MANY),
                    url,
                    provider);
        }
    }

    /** The OpenID provider; off without an issuer. */
    private static Optional<OidcConfig> oidc(Value value) {
        try (Section oidc = value.section()) {
            Value issuer = oidc.at("issuer");
            Value clientId = oidc.at("client_id");
            Value name = oidc.at("name");
            Optional<Secret> secret = oidc.at("client_secret").secret();
            List<String> scopes = scopes(oidc.at("scopes"));
            List<String> domains = domains(oidc.at("allowed_domains"));
            boolean trustEmail = oidc.at("trust_email").flag(false);
            if (issuer.optionalText().isEmpty()) {
                return Optional.empty();
            }
            String called = name.optionalText().orElse("single sign-on");
            if (called.length() > LONGEST_NAME) {
                name.problem("at most " + LONGEST_NAME + " characters");
            }
            Optional<URI> url = issuer.baseUrl();
            // OpenID Connect Discovery 1.0, section 3: an issuer is reached by https. On this machine there is nobody
            // between.
            if (url.filter(known -> known.getScheme().equals("http") && !LOOPBACK.contains(known.getHost()))
                    .isPresent()) {
                issuer.problem("must be https");
            }
            String client = clientId.text();
            return url.map(known -> new OidcConfig(called, known, client, secret, scopes, domains, trustEmail));
        }
    }

    private static List<String> scopes(Value value) {
        List<String> scopes = new ArrayList<>(value.texts(List.of("openid", "email", "profile")));
        for (String scope : scopes) {
            if (!SCOPE.matcher(scope).matches()) {
                value.problem("not a scope: " + scope);
            }
        }
        if (!scopes.contains("openid")) {
            scopes.addFirst("openid");
        }
        return scopes;
    }

    private static List<String> domains(Value value) {
        return value.texts(List.of()).stream()
                .map(domain -> domain.toLowerCase(Locale.ROOT))
                .map(domain -> domain.startsWith("@") ? domain.substring(1) : domain)
                .toList();
    }
}
