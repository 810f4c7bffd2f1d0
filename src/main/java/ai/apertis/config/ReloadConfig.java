package ai.apertis.config;

/**
 * How a change of the configuration file is noticed.
 *
 * @param watch whether the file is looked at by itself; else it is read again only when asked for
 * @param intervalMillis how often, milliseconds; a file that changes is read once it has stood still for as long
 */
public record ReloadConfig(boolean watch, long intervalMillis) {}
