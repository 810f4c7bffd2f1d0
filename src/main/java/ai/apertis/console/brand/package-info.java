/**
 * The brand's files as browsers ask for them: icons, manifest, the mark and its variants, pictures beside links.
 *
 * <p>They are drawn by the build from {@code console/brand/mark.svg}, which this package never changes but hands out.
 */
@NullMarked
package ai.apertis.console.brand;

import org.jspecify.annotations.NullMarked;
