package ai.apertis.ledger;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the batch function should do, said in plain Java with plain maps: one account, standard keys, one subscription.
 * Not how it does it: nothing here knows of locks, rows or sets.
 */
final class LedgerModel {
    /** A bucket's name is its kind, owner and period, as text. */
    final Map<String, long[]> buckets = new TreeMap<>();

    final Map<Long, Held> open = new LinkedHashMap<>();
    final Map<Long, Charged> charges = new HashMap<>();
    final Map<Long, KeyLimits> keys = new HashMap<>();
    final Map<String, Long> credits = new HashMap<>();
    LocalDateTime now = LocalDateTime.of(2028, 1, 31, 10, 0);
    final LocalDateTime anchor = now;
    long account;
    long subscription;
    long subscriptionKey;
    long tolerance;
    long batch;
    boolean unlimited;

    @Nullable
    Long accountMonth;

    int accountDay = 1;
    long cycleQuota;
    boolean fallback;

    @Nullable
    Long overflowLimit;

    static final int USED = 0;
    static final int HELD = 1;

    record KeyLimits(
            boolean enabled, @Nullable Long quota, @Nullable Long month, int day) {}

    record Ask(long request, long key, long amount, long quota) {}

    record Held(Ask ask, List<String> money, @Nullable String quotaBucket, long amount, LocalDateTime at) {}

    record Charged(long cost, long quota, long key, LocalDateTime authorised, LocalDateTime at, long batch) {}

    record Outcome(String word, @Nullable String kind, long left, long needed) {
        Outcome(String word) {
            this(word, null, 0, 0);
        }
    }

    /** A bucket that a hold needs: name, what it takes, and the limit, null for none. */
    private record Want(String bucket, long take, @Nullable Long limit) {}

    @Nullable
    Long limitOf(String bucket) {
        return switch (kind(bucket)) {
            case "balance" ->
                credits.values().stream().mapToLong(Long::longValue).sum();
            case "account_month" -> accountMonth;
            case "key_quota" -> key(owner(bucket)).quota();
            case "key_month" -> key(owner(bucket)).month();
            case "cycle_quota" -> cycleQuota;
            case "cycle_overflow" -> overflowLimit;
            default -> null;
        };
    }

    private List<Want> firstChoice(Ask ask) {
        if (ask.key() != subscriptionKey) {
            return ask.amount() == 0 ? List.of() : money(ask, false);
        }
        return ask.quota() == 0 ? List.of() : List.of(want("cycle_quota", subscription, cycleStart(), ask.quota()));
    }

    private List<Want> money(Ask ask, boolean overflow) {
        KeyLimits key = key(ask.key());
        List<Want> wants = new ArrayList<>();
        wants.add(want(unlimited ? "invoice" : "balance", account, "", ask.amount()));
        if (accountMonth != null) {
            wants.add(want("account_month", account, monthStart(accountDay).toString(), ask.amount()));
        }
        wants.add(want("key_quota", ask.key(), "", ask.amount()));
        if (key.month() != null) {
            wants.add(want("key_month", ask.key(), monthStart(key.day()).toString(), ask.amount()));
        }
        if (overflow) {
            wants.add(want("cycle_overflow", subscription, cycleStart(), ask.amount()));
        }
        return wants;
    }

    private Want want(String kind, long owner, String period, long take) {
        String name = kind + "|" + owner + "|" + period;
        buckets.computeIfAbsent(name, made -> new long[] {spentBefore(kind, owner, period), 0});
        return new Want(name, take, limitOf(name));
    }

    /** What was open when a monthly limit was first used is not counted in it: settled in this very batch is too late. */
    private long spentBefore(String kind, long owner, String period) {
        if (!kind.endsWith("_month")) {
            return 0;
        }
        LocalDateTime start = LocalDateTime.parse(period);
        return charges.values().stream()
                .filter(c -> kind.equals("account_month") || c.key() == owner)
                .filter(c -> c.batch() < batch)
                .filter(c -> !c.authorised().isBefore(start) && !c.at().isBefore(start))
                .mapToLong(Charged::cost)
                .sum();
    }

    List<Outcome> hold(List<Ask> asks) {
        Outcome[] outcomes = new Outcome[asks.size()];
        Map<String, Long> sums = new HashMap<>();
        for (int i = 0; i < outcomes.length; i++) {
            Ask ask = asks.get(i);
            if (open.containsKey(ask.request())) {
                outcomes[i] = new Outcome("HELD");
            } else if (!key(ask.key()).enabled()) {
                outcomes[i] = new Outcome("KEY_DISABLED");
            } else {
                firstChoice(ask).forEach(want -> sums.merge(want.bucket(), want.take(), Long::sum));
                if (ask.key() == subscriptionKey && ask.quota() > 0 && overflows()) {
                    money(ask, true); // makes its buckets, as the function does
                }
            }
        }
        Set<String> tight = new HashSet<>();
        sums.forEach((bucket, sum) -> {
            if (!fits(new Want(bucket, sum, limitOf(bucket)), 1)) {
                tight.add(bucket);
            }
        });
        // Who has plenty goes first, then the others in their order.
        for (boolean plenty : new boolean[] {true, false}) {
            for (int i = 0; i < outcomes.length; i++) {
                if (outcomes[i] == null) {
                    boolean has = firstChoice(asks.get(i)).stream().noneMatch(want -> tight.contains(want.bucket()));
                    if (has == plenty) {
                        outcomes[i] = take(asks.get(i));
                    }
                }
            }
        }
        return List.of(outcomes);
    }

    private boolean overflows() {
        return fallback && (overflowLimit == null || overflowLimit > 0);
    }

    private Outcome take(Ask ask) {
        List<Want> first = firstChoice(ask);
        if (first.stream().allMatch(want -> fits(want, 1))) {
            return held(ask, first);
        }
        boolean again = shortOf(first).word().equals("RESERVED");
        if (ask.key() == subscriptionKey && overflows()) {
            List<Want> second = money(ask, true);
            if (second.stream().allMatch(want -> fits(want, 1))) {
                return held(ask, second);
            }
            again |= shortOf(second).word().equals("RESERVED");
        }
        Outcome told = shortOf(first);
        return new Outcome(again ? "RESERVED" : "TOO_LITTLE", told.kind(), told.left(), told.needed());
    }

    /** What does not fit, for good before for now, in the order of kinds. */
    private Outcome shortOf(List<Want> wants) {
        for (int held = 0; held <= 1; held++) {
            for (Want want : wants) {
                if (!fits(want, held)) {
                    long left = Math.max(0, Objects.requireNonNull(want.limit()) - bucket(want.bucket())[USED]);
                    return new Outcome(held == 0 ? "TOO_LITTLE" : "RESERVED", kind(want.bucket()), left, want.take());
                }
            }
        }
        throw new AssertionError("nothing is short");
    }

    private boolean fits(Want want, int countHeld) {
        long[] bucket = bucket(want.bucket());
        long spare = kind(want.bucket()).equals("cycle_quota") ? 0 : tolerance;
        return want.limit() == null || bucket[USED] + countHeld * bucket[HELD] + want.take() <= want.limit() + spare;
    }

    private Outcome held(Ask ask, List<Want> wants) {
        wants.forEach(want -> bucket(want.bucket())[HELD] += want.take());
        boolean quota = wants.size() == 1 && kind(wants.getFirst().bucket()).equals("cycle_quota");
        List<String> money =
                quota ? List.of() : wants.stream().map(Want::bucket).toList();
        long amount = quota ? 0 : ask.amount();
        open.put(ask.request(), new Held(ask, money, quota ? wants.getFirst().bucket() : null, amount, now));
        return new Outcome("HELD");
    }

    Outcome settle(long request, boolean charge, long priced) {
        Held held = open.remove(request);
        if (held != null) {
            String quotaBucket = held.quotaBucket();
            boolean byQuota = quotaBucket != null;
            long cost = charge ? Math.min(priced, held.amount()) : 0;
            long quota = charge && byQuota ? held.ask().quota() : 0;
            held.money().forEach(name -> move(name, held.amount(), cost));
            if (quotaBucket != null) {
                move(quotaBucket, held.ask().quota(), quota);
            }
            charges.put(request, new Charged(cost, quota, held.ask().key(), held.at(), now, batch));
        }
        Charged charged = charges.get(request);
        return charged == null ? new Outcome("UNKNOWN") : new Outcome("SETTLED", null, charged.cost(), charged.quota());
    }

    private void move(String name, long held, long used) {
        bucket(name)[HELD] -= held;
        bucket(name)[USED] += used;
    }

    Outcome extend(long request, long total) {
        Held held = open.get(request);
        if (held == null) {
            return new Outcome("UNKNOWN");
        }
        long more = total - held.amount();
        if (more > 0 && held.quotaBucket() == null) {
            if (!held.money().stream().allMatch(name -> fits(new Want(name, more, limitOf(name)), 1))) {
                return shortOf(held.money(), more);
            }
            held.money().forEach(name -> bucket(name)[HELD] += more);
            open.put(request, new Held(held.ask(), held.money(), null, total, held.at()));
        }
        return new Outcome("EXTENDED");
    }

    /** The bucket with the least to spare for an extension, and what it has; of equals the first of the kinds. */
    private Outcome shortOf(List<String> money, long more) {
        String tightest = null;
        long least = Long.MAX_VALUE;
        for (String name : money) {
            Long limit = limitOf(name);
            long[] bucket = bucket(name);
            long spare = limit == null ? Long.MAX_VALUE : limit + tolerance - bucket[USED] - bucket[HELD];
            if (spare < more && Math.max(0, spare) < least) {
                tightest = name;
                least = Math.max(0, spare);
            }
        }
        return new Outcome("TOO_LITTLE", kind(Objects.requireNonNull(tightest)), least, more);
    }

    void reap(Map<Long, Long> checkpoint) {
        for (long request : List.copyOf(open.keySet())) {
            long served = checkpoint.getOrDefault(request, 0L);
            settle(request, served > 0, served);
        }
    }

    private LocalDateTime monthStart(int day) {
        LocalDateTime start = now.toLocalDate().withDayOfMonth(day).atStartOfDay();
        return start.isAfter(now) ? start.minusMonths(1) : start;
    }

    private String cycleStart() {
        int months = 0;
        while (!anchor.plusMonths(months + 1).isAfter(now)) {
            months++;
        }
        return anchor.plusMonths(months).toString();
    }

    static String kind(String bucket) {
        return bucket.substring(0, bucket.indexOf('|'));
    }

    private long[] bucket(String name) {
        return Objects.requireNonNull(buckets.get(name));
    }

    private KeyLimits key(long id) {
        return Objects.requireNonNull(keys.get(id));
    }

    private static long owner(String bucket) {
        return Long.parseLong(bucket.substring(bucket.indexOf('|') + 1, bucket.lastIndexOf('|')));
    }
}
