/** The pages of signed-in people about keys, usage, money and models, and those of the operator. */
@NullMarked
package ai.apertis.console.desk;

import org.jspecify.annotations.NullMarked;
