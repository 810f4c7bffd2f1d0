/**
 * OpenAI Chat Completions, as clients and providers speak it.
 *
 * <p>Requests are read and edited in place; streams to a client of the same dialect pass untouched and are only scanned.
 */
@NullMarked
package ai.apertis.dialect.openai;

import org.jspecify.annotations.NullMarked;
