package ai.apertis.console.account;

import ai.apertis.console.Visit;
import ai.apertis.console.account.SettingsView.AlertsForm;
import ai.apertis.http.OutboundUrls;
import ai.apertis.http.RefusedUrl;
import ai.apertis.ledger.AlertSettings;
import ai.apertis.money.NanoUsd;
import ai.apertis.people.Entries;
import ai.apertis.people.Refusal;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Settings of alerts as people enter them: the same bounds as those of the admin API. */
final class AlertsEntry {
    private static final int MOST = 20;
    private static final BigDecimal MOST_USD = BigDecimal.valueOf(1_000_000_000);

    private final OutboundUrls urls;

    AlertsEntry(OutboundUrls urls) {
        this.urls = urls;
    }

    /** Something entered that cannot be; the message names the field. */
    static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1;

        Wrong(String message) {
            super(message, null, false, false);
        }
    }

    static AlertsForm shown(AlertSettings settings) {
        return new AlertsForm(
                joined(settings.leftPercent(), String::valueOf),
                joined(settings.usedPercent(), String::valueOf),
                joined(settings.balanceNano(), nano -> NanoUsd.toUsd(nano).toPlainString()),
                settings.emailEnabled(),
                settings.email() == null ? "" : settings.email(),
                settings.webhookUrl() == null ? "" : settings.webhookUrl());
    }

    static AlertsForm entered(Visit visit) {
        return new AlertsForm(
                visit.field("left").orElse(""),
                visit.field("used").orElse(""),
                visit.field("balance").orElse(""),
                visit.field("email_enabled").isPresent(),
                visit.field("alert_email").orElse(""),
                visit.field("webhook").orElse(""));
    }

    /** Fails by {@link Wrong}. */
    AlertSettings settings(AlertsForm form) {
        return new AlertSettings(
                list(form.left(), "What is left", text -> percent(text, "What is left", 0, 99)),
                list(form.used(), "What is used", text -> percent(text, "What is used", 1, 100)),
                list(form.balance(), "The balance", AlertsEntry::usd),
                form.emailEnabled(),
                email(form.email()),
                url(form.webhook()));
    }

    private static <T> String joined(List<T> values, Function<T, String> text) {
        return values.stream().map(text).collect(Collectors.joining(", "));
    }

    private static <T> List<T> list(String entered, String field, Function<String, T> value) {
        List<T> values = Arrays.stream(entered.split("[,;\\s]+"))
                .filter(text -> !text.isEmpty())
                .map(value)
                .distinct()
                .toList();
        if (values.size() > MOST) {
            throw new Wrong(field + ": at most " + MOST + " thresholds.");
        }
        return values;
    }

    private static Integer percent(String text, String field, int least, int most) {
        try {
            int percent = Integer.parseInt(text);
            if (percent >= least && percent <= most) {
                return percent;
            }
        } catch (NumberFormatException e) {
            throw new Wrong(field + ": whole numbers with commas.");
        }
        throw new Wrong(field + ": from " + least + " to " + most + " percent.");
    }

    private static Long usd(String text) {
        try {
            BigDecimal usd = new BigDecimal(text.length() > 20 ? "x" : text);
            if (usd.signum() >= 0 && usd.compareTo(MOST_USD) <= 0) {
                return NanoUsd.ofUsd(usd);
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw new Wrong("The balance: dollars with at most nine decimals.");
        }
        throw new Wrong("The balance: from 0 to a thousand million dollars.");
    }

    private static @Nullable String email(String entered) {
        if (entered.isEmpty()) {
            return null;
        }
        try {
            return Entries.email(entered);
        } catch (Refusal.Invalid refusal) {
            throw new Wrong(String.valueOf(refusal.getMessage()));
        }
    }

    private @Nullable String url(String entered) {
        try {
            return entered.isEmpty() ? null : urls.parse(entered).toString();
        } catch (RefusedUrl e) {
            throw new Wrong("The webhook " + e.getMessage() + ".");
        }
    }
}
