package ai.apertis.billing;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;

/**
 * What a request asks of the billing verticle: a message that stays within the process and carries the promise of its
 * answer, kept on the asker's own event loop.
 */
sealed interface Operation {
    /** The hold it is about. */
    Hold hold();

    /** A promise whose listeners run where the asker runs, whoever keeps it. */
    final class Reply<T> {
        private final ContextInternal context;
        private final Promise<T> promise;

        /** The promise knows the asker's loop, lest a wait with a time limit be timed by a thread beside the loops. */
        Reply(Vertx vertx) {
            this.context = (ContextInternal) vertx.getOrCreateContext();
            this.promise = context.promise();
        }

        Future<T> future() {
            return promise.future();
        }

        void keep(T value) {
            context.runOnContext(now -> promise.tryComplete(value));
        }

        void fail(Throwable cause) {
            context.runOnContext(now -> promise.tryFail(cause));
        }
    }

    /** Take the money. Its times belong to the verticle. */
    final class Take implements Operation {
        private final Hold hold;
        final Reply<HoldOutcome> reply;

        /** Nobody listens: of the settlement of a hold that became durable after its asker was sent away. */
        final Reply<Settlement> orphan;

        long queuedAt;
        long reservedSince;
        boolean givenUp;

        Take(Hold hold, Reply<HoldOutcome> reply, Reply<Settlement> orphan) {
            this.hold = hold;
            this.reply = reply;
            this.orphan = orphan;
        }

        @Override
        public Hold hold() {
            return hold;
        }
    }

    /** Take more. */
    record Extend(Hold hold, long totalNano, Reply<HoldOutcome> reply) implements Operation {}

    /** Charge, or release without a charge. */
    record Settle(Hold hold, Charge charge, boolean charged, Reply<Settlement> reply) implements Operation {}
}
