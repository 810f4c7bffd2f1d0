package ai.apertis.config;

/**
 * What every part of one reading of the configuration shares.
 *
 * @param problems where problems are noted
 * @param substitution how references to the environment are replaced
 */
record Reading(Problems problems, Substitution substitution) {}
