package ai.apertis.config;

import java.math.BigDecimal;

/**
 * Who may sign up and for how long they stay signed in.
 *
 * @param signUp {@code open} to everybody, {@code closed}, or {@code invited} for people with an invitation only
 * @param signUpCreditUsd what the account of somebody new is given, USD
 * @param sessionDays after how many days without use a session ends, 1 to 30
 */
public record ConsoleConfig(String signUp, BigDecimal signUpCreditUsd, int sessionDays) {}
