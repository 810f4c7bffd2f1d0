/**
 * HTTP matters that know nothing of the other rooms: server-sent events in bytes, addresses of clients, URLs that may be
 * opened because a customer named them.
 *
 * <p>A leaf. Everything here works on plain arrays, so that it can be fuzzed and measured alone.
 */
@NullMarked
package ai.apertis.http;

import org.jspecify.annotations.NullMarked;
