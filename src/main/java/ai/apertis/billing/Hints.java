package ai.apertis.billing;

import ai.apertis.ledger.Batch;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What accounts and keys had left when the ledger last said so (money.md rule 6). Decides only whether the provider may be
 * called beside the hold; being wrong costs the operator a call, never anybody money. Read and written from every thread.
 */
final class Hints {
    /** How many times its own amount must be left for a request to be comfortable. */
    private static final long COMFORT = 3;

    private final Cache<Long, Long> accounts = cache();
    private final Cache<Long, Long> keys = cache();
    private final Cache<Long, Long> quotas = cache();

    private static Cache<Long, Long> cache() {
        return Caffeine.newBuilder()
                .maximumSize(100_000)
                .expireAfterWrite(Duration.ofMinutes(1))
                .executor(Runnable::run)
                .build();
    }

    /** Whether there is plenty; takes the request's amount off what is remembered, so that a burst is not all in plenty. */
    boolean comfortable(HoldRequest request) {
        if (request.plan() != null) {
            return request.quotaMilli() == 0 || plenty(quotas, request.keyId(), request.quotaMilli());
        }
        long amount = request.amountNano();
        return amount == 0 || (plenty(accounts, request.accountId(), amount) && plenty(keys, request.keyId(), amount));
    }

    private static boolean plenty(Cache<Long, Long> cache, long id, long amount) {
        Long left =
                cache.asMap().computeIfPresent(id, (key, value) -> value == Long.MAX_VALUE ? value : value - amount);
        return left != null && left >= (COMFORT - 1) * amount;
    }

    /** Remembers what came back with an answer to a hold or a settlement. */
    void learn(HoldRequest request, Batch.Answer answer) {
        Long quota = answer.leftQuota();
        if (quota != null) {
            quotas.put(request.keyId(), quota);
        } else if (request.plan() == null && request.amountNano() > 0) {
            accounts.put(request.accountId(), orUnlimited(answer.leftAccount()));
            keys.put(request.keyId(), orUnlimited(answer.leftKey()));
        }
    }

    /** Forgets: a hold was refused, so what is remembered is wrong. */
    void forget(HoldRequest request) {
        accounts.invalidate(request.accountId());
        keys.invalidate(request.keyId());
        quotas.invalidate(request.keyId());
    }

    private static long orUnlimited(@Nullable Long left) {
        return left == null ? Long.MAX_VALUE : left;
    }
}
