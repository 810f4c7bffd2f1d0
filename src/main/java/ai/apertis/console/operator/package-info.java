/** The pages of whoever runs the installation: accounts, providers, the catalogue, the ledger's promises. */
@NullMarked
package ai.apertis.console.operator;

import org.jspecify.annotations.NullMarked;
