package ai.apertis.console.account;

import ai.apertis.config.ConsoleConfig;
import ai.apertis.console.Visit;
import ai.apertis.dialect.ApiError;
import ai.apertis.http.ClientAddress;
import ai.apertis.limits.RateLimit;
import ai.apertis.limits.RateLimiter;
import ai.apertis.limits.RateVerdict;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Bounds how often an address may log in or sign up, and how often a password or the admin token may be guessed. */
public final class Gate {
    private static final Duration GUESSING = Duration.ofMinutes(15);
    private static final int LONGEST_NAME = 254;
    private static final long ADDRESSES = 20;
    private static final long LETTERS_PER_HOUR = 5;

    private final RateLimiter limiter;
    private final ClientAddress addresses;
    private final RateLimit perAddress;
    private final RateLimit perNameThere;
    private final RateLimit perName;
    private final RateLimit letters;

    /**
     * A gate.
     *
     * @param limiter counts
     * @param addresses tells clients apart behind proxies
     * @param config how often
     */
    public Gate(RateLimiter limiter, ClientAddress addresses, ConsoleConfig config) {
        this.limiter = limiter;
        this.addresses = addresses;
        this.perAddress = new RateLimit("log-in", config.logInsPerAddressPerHour(), Duration.ofHours(1));
        this.perNameThere = new RateLimit("bad-password", config.failedLogInsPerName(), GUESSING);
        this.perName = new RateLimit("bad-password-anywhere", config.failedLogInsPerName() * ADDRESSES, GUESSING);
        this.letters = new RateLimit("letters", LETTERS_PER_HOUR, Duration.ofHours(1));
    }

    /** From where somebody comes. */
    InetAddress address(Visit visit) {
        return addresses.resolve(
                visit.request().connection().remoteAddress().hostAddress(),
                visit.request().headers().getAll("X-Forwarded-For"));
    }

    /** Fails with {@link ai.apertis.dialect.ApiException} of status 429 when the address has come too often. */
    Future<Void> come(Visit visit) {
        return limiter.take(perAddress, ClientAddress.limitedAs(address(visit)), 1)
                .compose(Gate::heeded);
    }

    /**
     * Checks something that can be guessed. It is counted before it is checked, so that guesses at the same moment are no way
     * around the limits, and given back unless it was wrong. From one address few guesses at a name are taken, so that somebody
     * who guesses keeps only themselves out, and from everywhere together many more: OWASP's Authentication Cheat Sheet wants
     * a count per account, which attackers with many addresses cannot get round, and warns that it locks people out.
     *
     * @param visit from where
     * @param name whose secret it is
     * @param check empty when it was wrong
     * @return what was checked; fails with {@link ai.apertis.dialect.ApiException} of status 429 after too many wrong ones
     */
    <T> Future<Optional<T>> guess(Visit visit, String name, Supplier<Future<Optional<T>>> check) {
        String whole = name.strip().toLowerCase(Locale.ROOT);
        String subject = whole.substring(0, Math.min(LONGEST_NAME, whole.length()));
        String there = ClientAddress.limitedAs(address(visit)) + " " + subject;
        return limiter.take(perNameThere, there, 1)
                .compose(Gate::heeded)
                .compose(in -> limiter.take(perName, subject, 1))
                .compose(verdict -> heeded(verdict).onFailure(full -> limiter.add(perNameThere, there, -1)))
                .compose(in -> check.get().onComplete(checked -> {
                    if (checked.failed() || checked.result().isPresent()) {
                        limiter.add(perNameThere, there, -1);
                        limiter.add(perName, subject, -1);
                    }
                }));
    }

    /** Fails with {@link ai.apertis.dialect.ApiException} of status 429 when this was asked to be written to too often. */
    Future<Void> write(String to) {
        String whole = to.strip().toLowerCase(Locale.ROOT);
        return limiter.take(letters, whole.substring(0, Math.min(LONGEST_NAME, whole.length())), 1)
                .compose(Gate::heeded);
    }

    private static Future<Void> heeded(RateVerdict verdict) {
        return verdict.allowed()
                ? Future.succeededFuture()
                : Future.failedFuture(new ApiError(
                                429,
                                "rate_limit_error",
                                "rate_limit_exceeded",
                                "There were too many attempts. Please wait before the next.")
                        .retryAfter(Math.max(1, verdict.retryAfterSeconds()))
                        .exception());
    }
}
