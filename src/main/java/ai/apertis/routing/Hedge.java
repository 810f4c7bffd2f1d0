package ai.apertis.routing;

/**
 * A second attempt that was made for a request because the first was slow.
 *
 * @param costNano about what the outrun attempt costs: its prompt, nano-USD; 0 while none was outrun
 * @param userPays whether that is charged with the answer
 */
public record Hedge(long costNano, boolean userPays) {}
