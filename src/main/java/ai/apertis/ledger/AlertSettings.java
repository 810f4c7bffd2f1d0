package ai.apertis.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an account wants to be told, and where.
 *
 * @param leftPercent thresholds of what is left of a balance, a key's quota or a cycle's quota, 0 to 99 percent
 * @param usedPercent thresholds of what is used of a monthly limit or a cycle's overflow, 1 to 100 percent
 * @param balanceNano thresholds of what is left of the balance, nano-USD
 * @param emailEnabled whether to write e-mail
 * @param email where to, null for the account's own address
 * @param webhookUrl where to post events, null for nowhere
 */
public record AlertSettings(
        List<Integer> leftPercent,
        List<Integer> usedPercent,
        List<Long> balanceNano,
        boolean emailEnabled,
        @Nullable String email,
        @Nullable String webhookUrl) {
    /** Copies the lists. */
    public AlertSettings {
        leftPercent = List.copyOf(leftPercent);
        usedPercent = List.copyOf(usedPercent);
        balanceNano = List.copyOf(balanceNano);
    }
}
