package ai.apertis;

import ai.apertis.catalog.Catalog;
import ai.apertis.config.Environment;
import ai.apertis.ledger.Bootstrap;
import ai.apertis.ledger.MadeKey;
import java.io.PrintStream;
import java.util.List;

/**
 * What a person is told when the gateway serves: where, which providers are off, and at the first start the secrets that
 * were made, once and to standard output only.
 */
final class Greeting {
    private final PrintStream out;
    private final Environment environment;
    private final int port;
    private final Catalog catalog;
    private final List<String> off;

    /**
     * A greeting.
     *
     * @param off what the configuration leaves switched off, with what would switch it on
     */
    Greeting(PrintStream out, Environment environment, int port, Catalog catalog, List<String> off) {
        this.out = out;
        this.off = off;
        this.environment = environment;
        this.port = port;
        this.catalog = catalog;
    }

    void print(Bootstrap.Ready ready) {
        if (!catalog.offProviders().isEmpty()) {
            out.println("Providers without a key are off: " + String.join(", ", catalog.offProviders()));
        }
        if (!off.isEmpty()) {
            out.println("Off: " + String.join(", ", off));
        }
        out.println("Apertis serves " + catalog.models().size() + " models at http://" + shownHost() + ":" + port
                + "/v1 (management: port " + environment.managementPort() + ")");
        String token = ready.madeAdminToken();
        if (token != null) {
            out.println("Admin token, shown this once: " + token);
        }
        MadeKey key = ready.madeKey();
        if (key != null) {
            boolean given = environment.bootstrapKey().isPresent();
            out.println("First account made, with $"
                    + environment.bootstrapCreditUsd().toPlainString() + ".");
            if (!given) {
                out.println("Its API key, shown this once: " + key.key());
                out.println("Try it:");
                out.println();
                out.println("curl -N http://" + shownHost() + ":" + port + "/v1/chat/completions \\");
                out.println("  -H 'Authorization: Bearer " + key.key() + "' \\");
                out.println("  -H 'Content-Type: application/json' \\");
                out.println("  -d '{\"model\":\"sim/echo\",\"stream\":true,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello, world\"}]}'");
            }
        }
        out.flush();
    }

    private String shownHost() {
        return environment.host().equals("0.0.0.0") ? "localhost" : environment.host();
    }
}
