package ai.apertis.console.account;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of settings shows.
 *
 * @param name the person's user name
 * @param email their address
 * @param mailed whether it can be changed, by a link that is sent by e-mail
 * @param sessions where they are signed in
 * @param alerts what the organization wants to be told, null for who may not set it
 * @param said what was done or what was wrong
 */
public record SettingsView(
        String name,
        String email,
        boolean mailed,
        List<Line> sessions,
        @Nullable AlertsForm alerts,
        Said said) {
    /** Copies the list. */
    public SettingsView {
        sessions = List.copyOf(sessions);
    }

    /**
     * A session.
     *
     * @param id its id
     * @param agent what the browser calls itself
     * @param address from where they signed in
     * @param since when they signed in
     * @param used when it was last used
     * @param current whether it is this one
     */
    public record Line(long id, String agent, String address, String since, String used, boolean current) {}

    /**
     * What the organization wants to be told, as it is entered.
     *
     * @param left thresholds of what is left, percent, with commas
     * @param used thresholds of what is used, percent, with commas
     * @param balance thresholds of the balance, USD, with commas
     * @param emailEnabled whether to write e-mail
     * @param email where to
     * @param webhook where to post events
     */
    public record AlertsForm(
            String left, String used, String balance, boolean emailEnabled, String email, String webhook) {}
}
