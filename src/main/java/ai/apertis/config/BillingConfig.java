package ai.apertis.config;

import java.math.BigDecimal;

/**
 * Choices about money.
 *
 * @param toleranceUsd by how many US dollars a balance or quota may go below zero
 * @param beatMillis milliseconds between two beats of a process and between two checkpoints of its streams
 * @param staleBeats own beats that go through while a peer's stand still, after which the peer is taken for dead
 * @param freeWhenLedgerIsAway whether requests to free models go on while the database cannot be reached
 * @param outputStepTokens how much output is held at a time for a stream whose length the client did not bound, tokens
 */
public record BillingConfig(
        BigDecimal toleranceUsd,
        long beatMillis,
        long staleBeats,
        boolean freeWhenLedgerIsAway,
        long outputStepTokens) {}
