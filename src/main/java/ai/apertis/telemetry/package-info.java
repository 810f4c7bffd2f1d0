/**
 * What operators see: metrics, the access log, health and readiness, and the redaction of secrets in whatever is logged.
 *
 * <p>Knows numbers and names only, no type of another room: those tell it what happened.
 */
@NullMarked
package ai.apertis.telemetry;

import org.jspecify.annotations.NullMarked;
