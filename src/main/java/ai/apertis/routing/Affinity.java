package ai.apertis.routing;

import ai.apertis.catalog.Endpoint;
import ai.apertis.dialect.RoutingWishes;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who served a conversation last, so that it goes on where the provider still has its beginning in a cache. Kept for as long
 * as providers keep theirs, and for a bounded number of conversations. Safe for any thread.
 */
public final class Affinity {
    private static final long MOST_CONVERSATIONS = 100_000;
    private static final Duration KEPT = Duration.ofMinutes(10);

    /**
     * What tells conversations apart: the account, and what the client calls it or else how it begins.
     *
     * @param account who pays
     * @param session the client's name for it, null when it gave none
     * @param opening a hash over its beginning
     */
    public record Conversation(long account, @Nullable String session, long opening) {
        /**
         * The conversation of a request.
         *
         * @param account who pays
         * @param wishes what the request says
         * @return null when nothing tells it apart
         */
        public static @Nullable Conversation of(long account, RoutingWishes wishes) {
            if (wishes.session() != null) {
                return new Conversation(account, wishes.session(), 0);
            }
            return wishes.opening() == 0 ? null : new Conversation(account, null, wishes.opening());
        }
    }

    private record Strand(Conversation conversation, String model) {}

    private final Cache<Strand, Served> served;

    /**
     * Remembers nothing yet.
     *
     * @param clock nanoseconds, as {@link System#nanoTime}
     */
    public Affinity(LongSupplier clock) {
        this.served = Caffeine.newBuilder()
                .maximumSize(MOST_CONVERSATIONS)
                .expireAfterAccess(KEPT)
                .ticker(clock::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** Who served it last; null when nobody is known. */
    @Nullable
    Served last(@Nullable Conversation conversation, String model) {
        return conversation == null ? null : served.getIfPresent(new Strand(conversation, model));
    }

    /** It is served here. One that nobody named is remembered only where going on costs less than beginning anew. */
    void served(@Nullable Conversation conversation, String model, Endpoint endpoint, String key) {
        if (conversation != null
                && (conversation.session() != null
                        || endpoint.prices().cacheReadPico() < endpoint.prices().inputPico())) {
            served.put(
                    new Strand(conversation, model),
                    new Served(endpoint.provider().name(), endpoint.upstreamModel(), key));
        }
    }
}
