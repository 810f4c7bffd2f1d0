package ai.apertis.dialect.openai;

/**
 * How a client wants the usage of a stream told.
 *
 * @param asked whether it asked for it
 * @param apart whether it must come in a chunk of its own only: OpenAI's SDK for Java takes whatever else is in a chunk
 *     with usage for absent
 */
record UsageWish(boolean asked, boolean apart) {}
