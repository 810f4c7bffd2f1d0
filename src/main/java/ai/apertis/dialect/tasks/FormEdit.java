package ai.apertis.dialect.tasks;

/**
 * A change to a form that is too large to be kept in memory.
 *
 * @param from offset of the first byte that is replaced
 * @param to offset after the last
 * @param with the text that stands there instead, empty for none
 */
public record FormEdit(long from, long to, String with) {}
