/**
 * The pages that people see, rendered here on the server. A page is a template of {@code src/main/jte} and a record that it
 * shows; what every page has in common (frame, headers, errors, theme) is in this package, each family of pages in one below.
 */
@NullMarked
package ai.apertis.console;

import org.jspecify.annotations.NullMarked;
