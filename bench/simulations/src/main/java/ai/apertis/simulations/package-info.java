/**
 * What clients do, as Gatling simulations: whole answers and streams at fixed rates, agents, and ever more requests until no more go.
 * Where to and for how long is told by system properties, see {@link ai.apertis.simulations.Setting}.
 */
package ai.apertis.simulations;
