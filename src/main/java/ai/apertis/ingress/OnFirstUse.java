package ai.apertis.ingress;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Something that takes long to make and that few ask for. A worker makes it when it is first asked for, so that neither the
 * start nor an event loop waits for it; then it is kept. Safe for any thread.
 *
 * @param <T> what it is
 */
public final class OnFirstUse<T> {
    private final Vertx vertx;
    private final Callable<T> maker;
    private volatile @Nullable T made;

    /**
     * Nothing yet.
     *
     * @param vertx whose workers make it
     * @param maker makes it; called again when it failed
     */
    public OnFirstUse(Vertx vertx, Callable<T> maker) {
        this.vertx = vertx;
        this.maker = maker;
    }

    /**
     * What it is.
     *
     * @return at once when it was made before; fails with what its maker throws
     */
    public Future<T> get() {
        T known = made;
        return known != null ? Future.succeededFuture(known) : vertx.executeBlocking(this::make, false);
    }

    /**
     * What it is, for a worker: made here when it was not before.
     *
     * @return it
     * @throws Exception of its maker
     */
    public T onWorker() throws Exception {
        T known = made;
        return known != null ? known : make();
    }

    private synchronized T make() throws Exception {
        T known = made;
        if (known == null) {
            known = maker.call();
            made = known;
        }
        return known;
    }
}
