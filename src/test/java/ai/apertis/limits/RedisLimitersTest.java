package ai.apertis.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.redis.SharedStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nodes that share a Redis admit together what one would alone, and go on by themselves while it is away. */
class RedisLimitersTest {
    private static final RateLimit THOUSAND = new RateLimit("test", 1_000, Duration.ofMinutes(1));

    private static Vertx vertx;
    private final List<SharedStore> stores = new ArrayList<>();
    private final String subject = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        get(vertx.close());
    }

    @AfterEach
    void hangUp() {
        stores.forEach(SharedStore::close);
    }

    @Test
    void twoNodesAdmitExactlyTheLimit() {
        RateLimiter one = limiter(TestRedis.url());
        RateLimiter other = limiter(TestRedis.url());
        List<Future<RateVerdict>> asked = new ArrayList<>();
        for (int i = 0; i < 750; i++) {
            asked.add(one.take(THOUSAND, subject, 1));
            asked.add(other.take(THOUSAND, subject, 1));
        }

        long admitted = asked.stream()
                .map(RedisLimitersTest::get)
                .filter(RateVerdict::allowed)
                .count();

        assertThat(admitted).isEqualTo(1_000);
    }

    @Test
    void tellsWhatTheHeadersNeed() {
        RateLimiter limiter = limiter(TestRedis.url());
        RateLimit two = new RateLimit("test", 2, Duration.ofMinutes(1));
        long now = InstantSource.system().instant().getEpochSecond();

        RateVerdict first = get(limiter.take(two, subject, 1));
        get(limiter.take(two, subject, 1));
        RateVerdict third = get(limiter.take(two, subject, 1));

        assertThat(first.allowed()).isTrue();
        assertThat(first.limit()).isEqualTo(2);
        assertThat(first.remaining()).isEqualTo(1);
        assertThat(first.resetEpochSecond()).isBetween(now + 59, now + 62);
        assertThat(third.allowed()).isFalse();
        assertThat(third.remaining()).isZero();
        assertThat(third.retryAfterSeconds()).isBetween(1, 60);
    }

    @Test
    void aWindowEndsByRedissClock() {
        RateLimiter limiter = limiter(TestRedis.url());
        RateLimit brief = new RateLimit("test", 1, Duration.ofSeconds(1));

        assertThat(get(limiter.take(brief, subject, 1)).allowed()).isTrue();
        assertThat(get(limiter.take(brief, subject, 1)).allowed()).isFalse();

        await().atMost(Duration.ofSeconds(20))
                .until(() -> get(limiter.take(brief, subject, 1)).allowed());
    }

    @Test
    void whatIsAddedAfterwardsCountsAndWhatIsGivenBackDoesNot() {
        RateLimiter limiter = limiter(TestRedis.url());
        get(limiter.take(THOUSAND, subject, 600));
        limiter.add(THOUSAND, subject, 400);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !get(limiter.look(THOUSAND, subject)).allowed());

        limiter.add(THOUSAND, subject, -2_000);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> get(limiter.look(THOUSAND, subject)).remaining() == 1_000);
    }

    @Test
    void whileRedisIsAwayEachNodeCountsByItselfAndNothingHangs() {
        try (TestRedis.Stoppable redis = new TestRedis.Stoppable()) {
            RateLimiter limiter = limiter(redis.url());
            RateLimit two = new RateLimit("test", 2, Duration.ofMinutes(1));
            assertThat(get(limiter.take(two, subject, 1)).remaining()).isEqualTo(1);

            redis.stop();

            assertThat(get(limiter.take(two, subject, 1)).allowed()).isTrue();
            assertThat(get(limiter.take(two, subject, 1)).allowed()).isTrue();
            assertThat(get(limiter.take(two, subject, 1)).allowed()).isFalse();

            redis.startAgain();

            await().atMost(Duration.ofSeconds(10))
                    .until(() -> get(limiter.look(two, subject)).remaining() == 2);
        }
    }

    @Test
    void twoNodesShareTheStreamsOfAKey() {
        StreamLimiter one = streams();
        StreamLimiter other = streams();
        StreamLimiter.Place place = get(one.enter(subject, 2)).orElseThrow();
        assertThat(get(other.enter(subject, 2))).isPresent();
        assertThat(get(one.enter(subject, 2))).isEmpty();

        place.leave();
        place.leave();

        await().atMost(Duration.ofSeconds(20)).until(() -> get(other.enter(subject, 2)), Optional::isPresent);
        assertThat(get(one.enter(subject, 2))).isEmpty();
    }

    private RateLimiter limiter(String url) {
        return new RedisRateLimiter(store(url), new ProcessRateLimiter(InstantSource.system()), InstantSource.system());
    }

    private StreamLimiter streams() {
        return new RedisStreamLimiter(vertx, store(TestRedis.url()), new ProcessStreamLimiter());
    }

    private SharedStore store(String url) {
        SharedStore store = new SharedStore(vertx, url);
        stores.add(store);
        // The first words of a process take longer than those of a running one.
        for (int eachLoop = 0; eachLoop < 2 * Runtime.getRuntime().availableProcessors(); eachLoop++) {
            get(store.open());
        }
        return store;
    }

    private static <T> T get(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
