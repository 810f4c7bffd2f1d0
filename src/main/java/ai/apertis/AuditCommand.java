package ai.apertis;

import ai.apertis.config.ConfigException;
import ai.apertis.config.ConfigLoader;
import ai.apertis.config.Environment;
import ai.apertis.ledger.Audit;
import ai.apertis.ledger.Audit.Finding;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.EmbeddedDatabase;
import ai.apertis.ledger.StartupException;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Proves the ledger's promises from its rows, beside running gateways or without any. */
@Command(
        name = "audit",
        description = "Proves from the rows that the ledger keeps its promises; exits with 1 when one is broken.",
        mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
    @Override
    public Integer call() throws ConfigException {
        Environment environment =
                new ConfigLoader(System.getenv(), Path.of("")).load().environment();
        if (environment.databaseUrl().isPresent()) {
            return audit(DatabaseUrl.parse(environment.databaseUrl().get().value()));
        }
        Path directory = environment.dataDir();
        if (!EmbeddedDatabase.exists(directory)) {
            throw new StartupException("data directory " + directory + ": there is no ledger in it");
        }
        var running = EmbeddedDatabase.running(directory);
        if (running.isPresent()) {
            return audit(running.get());
        }
        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(directory)) {
            return audit(embedded.url());
        }
    }

    private static int audit(DatabaseUrl url) {
        Vertx vertx = Vertx.vertx();
        try {
            List<Finding> findings = new Audit(Database.look(vertx, url, 1))
                    .run()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            findings.forEach(finding -> System.out.println(line(finding)));
            return findings.stream().allMatch(Finding::kept) ? 0 : 1;
        } catch (CompletionException e) {
            throw new StartupException("database " + url + ": the audit failed: " + e.getCause());
        } finally {
            vertx.close().await();
        }
    }

    private static String line(Finding finding) {
        if (finding.kept()) {
            return "kept    " + finding.name() + ": " + finding.promise();
        }
        String examples = finding.examples().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "BROKEN  " + finding.name() + ": " + finding.promise() + "; not so for " + finding.broken()
                + ", among them " + examples;
    }
}
