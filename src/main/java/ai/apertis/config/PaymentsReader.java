package ai.apertis.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the sections about money coming in and about telling accounts: {@code smtp}, {@code webhooks}, {@code payments}. */
final class PaymentsReader {
    private static final Pattern ADDRESS = Pattern.compile("[^\\s@<>]+@[^\\s@<>]+");
    private static final String STRIPE = "https://api.stripe.com";

    private PaymentsReader() {}

    /** The mail server; off without a host. */
    static Optional<SmtpConfig> smtp(Value value) {
        try (Section smtp = value.section()) {
            Optional<String> host = smtp.at("host").optionalText();
            int port = (int) smtp.at("port").whole(587, 1, 65_535);
            String security = smtp.at("security").word("starttls", List.of("starttls", "tls", "none"));
            Optional<String> username = smtp.at("username").optionalText();
            Optional<Secret> password = smtp.at("password").secret();
            Value from = smtp.at("from");
            if (host.isEmpty()) {
                return Optional.empty();
            }
            String sender = from.text();
            if (!sender.isEmpty() && !ADDRESS.matcher(sender).matches()) {
                from.problem("not an e-mail address: " + from.shown());
            }
            if (username.isPresent() != password.isPresent()) {
                value.problem("username and password go together");
            }
            return Optional.of(new SmtpConfig(host.get(), port, security, username, password, sender));
        }
    }

    static WebhooksConfig webhooks(Value value) {
        try (Section webhooks = value.section()) {
            return new WebhooksConfig(webhooks.at("allow_loopback").flag(false));
        }
    }

    static PaymentsConfig payments(Value value) {
        try (Section payments = value.section()) {
            return new PaymentsConfig(stripe(payments.at("stripe")));
        }
    }

    /** Stripe; off without a key. */
    private static Optional<StripeConfig> stripe(Value value) {
        try (Section stripe = value.section()) {
            Optional<Secret> key = stripe.at("api_key").secret();
            Optional<Secret> webhookSecret = stripe.at("webhook_secret").secret();
            Value baseUrl = stripe.at("base_url");
            URI url = baseUrl.present() ? baseUrl.baseUrl().orElse(URI.create(STRIPE)) : URI.create(STRIPE);
            return key.map(present -> new StripeConfig(present, webhookSecret, url));
        }
    }
}
