package ai.apertis.config;

import java.math.BigDecimal;

/**
 * Who may sign up and for how long they stay signed in.
 *
 * @param signUp {@code open} to everybody, {@code closed}, or {@code invited} for people with an invitation only
 * @param signUpCreditUsd what the account of somebody new is given, USD
 * @param sessionDays after how many days without use a session ends, 1 to 30
 * @param logInsPerAddressPerHour log-ins and sign-ups of one client address in an hour, together; 0 for no limit
 * @param failedLogInsPerName wrong passwords for one name or address in a quarter of an hour; 0 for no limit
 */
public record ConsoleConfig(
        String signUp,
        BigDecimal signUpCreditUsd,
        int sessionDays,
        long logInsPerAddressPerHour,
        long failedLogInsPerName) {}
