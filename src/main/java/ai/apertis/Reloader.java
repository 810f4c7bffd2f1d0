package ai.apertis;

import ai.apertis.admin.Reload;
import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.CatalogLoader;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Provider;
import ai.apertis.catalog.Snapshot;
import ai.apertis.config.Config;
import ai.apertis.config.ConfigChange;
import ai.apertis.config.ConfigException;
import ai.apertis.config.ConfigLoader;
import ai.apertis.config.ReloadConfig;
import ai.apertis.telemetry.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets another configuration hold while the process runs: read and checked whole, then swapped at once. What is not valid
 * changes nothing. On a thread of its own, since files are read and workers waited for.
 */
final class Reloader implements Reload, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    /** A request that began before the swap has made its last call when its time is over, and a moment more. */
    private static final long MOMENT_MILLIS = 1_000;

    private final ConfigLoader source;
    private final Config started;
    private final CatalogLoader loader;
    private final LiveCatalog live;
    private final Workers workers;
    private final Helm helm;
    private final Metrics metrics;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("reload").unstarted(task));

    /** What holds; only the thread looks at these. */
    private Config holding;

    private @Nullable Stamp read;
    private @Nullable Stamp seen;
    private @Nullable ScheduledFuture<?> watching;

    /** What tells a file from what it was: a name that leads elsewhere is another file. */
    private record Stamp(
            long modifiedMillis, long bytes, @Nullable Object file) {}

    Reloader(
            ConfigLoader source,
            Config started,
            CatalogLoader loader,
            LiveCatalog live,
            Workers workers,
            Helm helm,
            Metrics metrics) {
        this.source = source;
        this.started = started;
        this.holding = started;
        this.loader = loader;
        this.live = live;
        this.workers = workers;
        this.helm = helm;
        this.metrics = metrics;
        this.read = stamp(source.file());
        this.seen = read;
    }

    /** Looks at the file from now on, if that is wished. */
    void watch(ReloadConfig how) {
        if (how.watch() && read != null) {
            watching = thread.scheduleWithFixedDelay(
                    this::look, how.intervalMillis(), how.intervalMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public Future<Done> now() {
        Context asking = Vertx.currentContext();
        CompletableFuture<Done> done = CompletableFuture.supplyAsync(this::reloaded, thread);
        return Future.fromCompletionStage(done, asking)
                .recover(failed -> Future.failedFuture(
                        failed instanceof CompletionException wrapped && wrapped.getCause() != null
                                ? wrapped.getCause()
                                : failed));
    }

    @Override
    public void close() {
        if (watching != null) {
            watching.cancel(false);
        }
        thread.shutdownNow();
    }

    /** Reads the file once it has changed and then stood still from one look to the next. */
    private void look() {
        Stamp now = stamp(source.file());
        boolean still = Objects.equals(now, seen);
        seen = now;
        if (now == null || !still || now.equals(read)) {
            return;
        }
        try {
            reloaded();
        } catch (RuntimeException told) {
            LOG.debug("the file that changed was not taken", told);
        }
    }

    private Done reloaded() {
        read = stamp(source.file());
        try {
            Config next = source.load();
            String before = live.snapshot().version();
            ConfigChange change = ConfigChange.between(started, holding, next);
            apply(next);
            holding = next;
            tell(next, change);
            return new Done(next.version(), before, change);
        } catch (ConfigException invalid) {
            metrics.reloaded("refused");
            List<String> problems = invalid.problems();
            LOG.warn(
                    "configuration not reloaded, the one of before goes on: {}{}",
                    problems.getFirst(),
                    problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)");
            throw new CompletionException(invalid);
        } catch (RuntimeException failed) {
            metrics.reloaded("refused");
            LOG.error("configuration not reloaded, the one of before goes on", failed);
            throw failed;
        }
    }

    private void apply(Config next) {
        Snapshot before = live.snapshot();
        Snapshot after = loader.load(next, before);
        List<Provider> providers = after.catalog().providers();
        workers.hire(providers);
        live.swap(after);
        helm.set(next.routing());
        forget(before.catalog(), providers);
        long lastCallMillis =
                Math.max(before.timeouts().maxMillis(), after.timeouts().maxMillis());
        workers.keepOnly(providers, lastCallMillis + MOMENT_MILLIS);
    }

    /** Nothing is known of a provider that is elsewhere now. Its keys alone say nothing about where it is. */
    private void forget(Catalog before, List<Provider> now) {
        for (Provider old : before.providers()) {
            boolean same = now.stream()
                    .anyMatch(provider -> provider.name().equals(old.name())
                            && provider.baseUrl().equals(old.baseUrl())
                            && provider.dialect() == old.dialect()
                            && provider.maxConnections() == old.maxConnections());
            if (!same) {
                helm.health().forget(old.name());
            }
        }
    }

    private void tell(Config now, ConfigChange change) {
        metrics.reloaded(change.isEmpty() ? "unchanged" : "applied");
        if (!change.isEmpty()) {
            LOG.info(
                    "configuration {} holds: models {}, providers {}, plans {}, settings {}",
                    now.version(),
                    change.models(),
                    change.providers(),
                    change.plans(),
                    change.settings());
        }
        if (!change.restart().isEmpty()) {
            LOG.warn("configuration: these keys hold only after a restart: {}", String.join(", ", change.restart()));
        }
    }

    private static @Nullable Stamp stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime().toMillis(), attributes.size(), attributes.fileKey());
        } catch (IOException absent) {
            return null;
        }
    }
}
