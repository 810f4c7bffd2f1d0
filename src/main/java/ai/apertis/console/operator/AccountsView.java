package ai.apertis.console.operator;

import ai.apertis.console.Numbers;
import ai.apertis.console.Shown;
import ai.apertis.ledger.AccountRecord;
import ai.apertis.ledger.Balance;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the list of accounts shows.
 *
 * @param query what is looked for, empty for all
 * @param lines the accounts, newest first
 * @param older the address of the next page, null on the last
 * @param further whether there are newer ones
 */
public record AccountsView(
        String query, List<Line> lines, @Nullable String older, boolean further) {
    /** Copies the list. */
    public AccountsView {
        lines = List.copyOf(lines);
    }

    /**
     * An account.
     *
     * @param id its id
     * @param name for people
     * @param email where to reach them, empty when unknown
     * @param left dollars left
     * @param held dollars that open requests hold, empty for none
     * @param used dollars spent in all
     * @param suspended whether its keys are refused
     * @param unlimited whether its balance limits nothing
     * @param plan the plan of its subscription, empty without one that works
     * @param created when it was made
     */
    public record Line(
            long id,
            String name,
            String email,
            String left,
            String held,
            String used,
            boolean suspended,
            boolean unlimited,
            String plan,
            String created) {
        static Line of(AccountRecord account, Balance balance) {
            Long left = balance.account().remaining();
            long held = balance.account().held();
            Balance.Cycle cycle = balance.subscription();
            return new Line(
                    account.id(),
                    account.name(),
                    Objects.requireNonNullElse(account.email(), ""),
                    left == null ? "unlimited" : Numbers.usd(left),
                    held == 0 ? "" : Numbers.usd(held),
                    Numbers.usd(balance.account().used()),
                    account.settings().suspended(),
                    account.settings().unlimited(),
                    cycle == null || cycle.subscription().ended()
                            ? ""
                            : cycle.subscription().plan(),
                    Shown.minute(account.createdAt()));
        }
    }
}
