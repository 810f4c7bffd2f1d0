package ai.apertis.routing.health;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** An immutable value that changes as a whole, without a lock. A change may be tried more than once. */
final class Cell<T> {
    private final AtomicReference<T> value;

    Cell(T first) {
        value = new AtomicReference<>(first);
    }

    T get() {
        return Objects.requireNonNull(value.get());
    }

    void set(T next) {
        value.set(next);
    }

    /** The value after the change. */
    T updateAndGet(UnaryOperator<T> change) {
        return Objects.requireNonNull(value.updateAndGet(change));
    }

    /** The value before the change. */
    T getAndUpdate(UnaryOperator<T> change) {
        return Objects.requireNonNull(value.getAndUpdate(change));
    }
}
