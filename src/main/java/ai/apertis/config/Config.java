package ai.apertis.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole configuration, valid: names are unique and refer to something, numbers are in range. Made by
 * {@link ConfigLoader}.
 *
 * @param source the file that was read
 * @param version the first hex digits of the SHA-256 of that file, so that nodes that read the same file say the same
 * @param environment where this process runs
 * @param reload how a change of the file is noticed
 * @param server bounds of the public HTTP server
 * @param limits how much one client may ask for
 * @param timeouts bounds of a request's time
 * @param routing what happens when providers fail
 * @param billing choices about money
 * @param responses what is kept of answers
 * @param cache the response cache
 * @param webSearch what models named with {@code :web} are told
 * @param smtp the mail server, empty when mail is off
 * @param webhooks where events may be posted to
 * @param payments how accounts can pay
 * @param console who may sign up and for how long they stay signed in
 * @param keyPeppers peppers of key hashes by id, those of the environment among them; empty when none are given
 * @param plans the subscription plans
 * @param providers the providers, those without a key included
 * @param models the models
 */
public record Config(
        String source,
        String version,
        Environment environment,
        ReloadConfig reload,
        ServerConfig server,
        LimitsConfig limits,
        TimeoutsConfig timeouts,
        RoutingConfig routing,
        BillingConfig billing,
        ResponsesConfig responses,
        CacheConfig cache,
        WebSearchConfig webSearch,
        Optional<SmtpConfig> smtp,
        WebhooksConfig webhooks,
        PaymentsConfig payments,
        ConsoleConfig console,
        Map<Integer, Secret> keyPeppers,
        List<PlanConfig> plans,
        List<ProviderConfig> providers,
        List<ModelConfig> models) {

    /** Copies the lists. */
    public Config {
        keyPeppers = Map.copyOf(keyPeppers);
        plans = List.copyOf(plans);
        providers = List.copyOf(providers);
        models = List.copyOf(models);
    }
}
