package ai.apertis.config;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the {@code APERTIS_*} variables. An empty one counts as not set. */
final class EnvironmentReader {
    private static final Pattern BOOTSTRAP_KEY = Pattern.compile("sk-[A-Za-z0-9]{32,}");
    private static final long MOST_CREDIT_USD = 1_000_000_000;

    private final Map<String, String> environment;
    private final Problems problems;

    EnvironmentReader(Map<String, String> environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    Environment read() {
        int port = port("APERTIS_PORT", 8080);
        int managementPort = port("APERTIS_MANAGEMENT_PORT", 8081);
        if (port == managementPort && port != 0) {
            problems.variable("APERTIS_MANAGEMENT_PORT", "the same port as APERTIS_PORT: " + port);
        }
        return new Environment(
                variable("APERTIS_HOST").orElse("0.0.0.0"),
                port,
                variable("APERTIS_MANAGEMENT_HOST").orElse("127.0.0.1"),
                managementPort,
                dataDir(),
                url("APERTIS_DATABASE_URL", Set.of("postgresql", "postgres"), "postgresql://user:pass@host:port/db"),
                url("APERTIS_REDIS_URL", Set.of("redis", "rediss"), "redis://host:port"),
                variable("APERTIS_ADMIN_TOKEN").map(Secret::new),
                new PepperReader(problems).read(variable("APERTIS_KEY_PEPPER").orElse("")),
                bootstrapKey(),
                bootstrapCredit());
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    private int port(String name, int fallback) {
        Optional<String> text = variable(name);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            int port = Integer.parseInt(text.get());
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // Told below, like a number out of range.
        }
        problems.variable(name, "not a port between 0 and 65535: \"" + text.get() + "\"");
        return fallback;
    }

    private Path dataDir() {
        String text = variable("APERTIS_DATA_DIR").orElse("data");
        try {
            return Path.of(text);
        } catch (InvalidPathException notAPath) {
            problems.variable("APERTIS_DATA_DIR", "not a path: \"" + text + "\"");
            return Path.of("data");
        }
    }

    /** A URL that may hold a password and is therefore not shown, not even when it is wrong. */
    private Optional<Secret> url(String name, Set<String> schemes, String form) {
        Optional<String> text = variable(name);
        if (text.isPresent() && !isUrl(text.get(), schemes)) {
            problems.variable(name, "must have the form " + form);
            return Optional.empty();
        }
        return text.map(Secret::new);
    }

    private static boolean isUrl(String text, Set<String> schemes) {
        try {
            URI uri = new URI(text);
            return uri.getScheme() != null && schemes.contains(uri.getScheme()) && uri.getHost() != null;
        } catch (URISyntaxException notAUrl) {
            return false;
        }
    }

    private Optional<Secret> bootstrapKey() {
        Optional<String> key = variable("APERTIS_BOOTSTRAP_KEY");
        if (key.isPresent() && !BOOTSTRAP_KEY.matcher(key.get()).matches()) {
            problems.variable("APERTIS_BOOTSTRAP_KEY", "must be \"sk-\" and at least 32 letters and digits");
        }
        return key.map(Secret::new);
    }

    private BigDecimal bootstrapCredit() {
        Optional<String> text = variable("APERTIS_BOOTSTRAP_CREDIT_USD");
        try {
            return Decimals.parse(text.orElse("10"), MOST_CREDIT_USD, 9);
        } catch (IllegalArgumentException wrong) {
            problems.variable("APERTIS_BOOTSTRAP_CREDIT_USD", wrong.getMessage() + ": \"" + text.orElse("") + "\"");
            return BigDecimal.TEN;
        }
    }
}
