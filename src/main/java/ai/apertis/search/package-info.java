/**
 * Asks a search engine for pages, for requests whose model is to know of them.
 *
 * <p>Only the engine is asked: nothing that it names is ever opened. Imports the leaves only.
 */
@NullMarked
package ai.apertis.search;

import org.jspecify.annotations.NullMarked;
