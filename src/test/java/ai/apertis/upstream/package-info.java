/**
 * Upstreams for tests: real HTTP servers that replay recorded answers of real providers, or answers with planted faults.
 *
 * <p>Recordings are not part of the repository; tests that need them are skipped with a reason where they are absent.
 */
@NullMarked
package ai.apertis.upstream;

import org.jspecify.annotations.NullMarked;
