package ai.apertis.people;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hashes passwords with Argon2id, off the event loops. At most two at a time, since each takes its memory; beyond a short
 * queue they are refused, so that a flood of log-ins takes neither memory nor processors from everybody else.
 */
public final class Passwords {
    /** OWASP's Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane. */
    private static final int MEMORY_KIB = 19_456;

    private static final int ITERATIONS = 2;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int AT_ONCE = 2;
    private static final int MOST_WAITING = 100;

    private final WorkerExecutor workers;
    private final int memoryKib;
    private final int iterations;
    private final String decoy;
    private final AtomicInteger waiting = new AtomicInteger();
    private final SecureRandom random = new SecureRandom();

    /**
     * Hashes as OWASP advises: 19 MiB, two passes.
     *
     * @param vertx gives the threads
     */
    public Passwords(Vertx vertx) {
        this(vertx, MEMORY_KIB, ITERATIONS);
    }

    /**
     * Hashes with more or less effort.
     *
     * @param vertx gives the threads
     * @param memoryKib memory for one hash, KiB
     * @param iterations passes over it
     */
    public Passwords(Vertx vertx, int memoryKib, int iterations) {
        this.workers = vertx.createSharedWorkerExecutor("passwords", AT_ONCE);
        this.memoryKib = memoryKib;
        this.iterations = iterations;
        // Nobody's password: no text hashes to random bytes.
        this.decoy = "$argon2id$v=19$m=" + memoryKib + ",t=" + iterations + ",p=1$" + base64(random(SALT_BYTES)) + "$"
                + base64(random(HASH_BYTES));
    }

    /**
     * Hashes a new password with a salt of its own.
     *
     * @param password the password
     * @return in the PHC form; fails with {@link Refusal.Busy}
     */
    Future<String> hash(String password) {
        byte[] salt = random(SALT_BYTES);
        return inTurn(() -> Argon2Function.getInstance(memoryKib, iterations, 1, HASH_BYTES, Argon2.ID)
                .hash(password.getBytes(StandardCharsets.UTF_8), salt)
                .getResult());
    }

    /**
     * Compares a password with a stored hash.
     *
     * @param password as entered
     * @param hash the stored one
     * @return whether it is the one; fails with {@link Refusal.Busy}
     */
    Future<Boolean> matches(String password, String hash) {
        return inTurn(() -> Argon2Function.getInstanceFromHash(hash).check(password, hash));
    }

    /** Takes the time that {@link #matches} takes, for a person there is none of. */
    Future<Boolean> matchesNobody(String password) {
        return matches(password, decoy).map(false);
    }

    /** Whether a stored hash was made with less or more effort than new ones are. */
    boolean outdated(String hash) {
        return !hash.startsWith(decoy.substring(0, decoy.indexOf("p=1$") + 4));
    }

    private <T> Future<T> inTurn(Callable<T> work) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return Future.failedFuture(new Refusal.Busy());
        }
        return workers.executeBlocking(work, false).onComplete(done -> waiting.decrementAndGet());
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }
}
