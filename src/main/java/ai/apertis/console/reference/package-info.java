/** The description of the API as people read it: groups of operations with their parameters, fields, answers and calls. */
@NullMarked
package ai.apertis.console.reference;

import org.jspecify.annotations.NullMarked;
