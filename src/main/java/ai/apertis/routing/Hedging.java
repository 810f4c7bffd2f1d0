package ai.apertis.routing;

import ai.apertis.routing.health.Allowance;

/**
 * Second attempts while the first is slow.
 *
 * @param allowance how many may be made
 * @param userPays whether what the outrun attempt costs is charged with the answer; else it is the operator's
 */
public record Hedging(Allowance allowance, boolean userPays) {
    /**
     * A second attempt that was made for a request.
     *
     * @param costNano about what the outrun attempt costs: its prompt, nano-USD; 0 while none was outrun
     * @param userPays whether that is charged with the answer
     */
    public record Made(long costNano, boolean userPays) {}
}
