/** Micro-benchmarks of what runs for every chunk and every request, with the bytes that it allocates. */
@NullMarked
package ai.apertis.bench.micro;

import org.jspecify.annotations.NullMarked;
