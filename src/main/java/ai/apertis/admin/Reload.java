package ai.apertis.admin;

import ai.apertis.config.ConfigChange;
import io.vertx.core.Future;

/** Reads the configuration again, for those who ask. */
@FunctionalInterface
public interface Reload {
    /**
     * Reads it and lets it hold, whole or not at all.
     *
     * @return what came of it, on the event loop that asks; fails with {@link ai.apertis.config.ConfigException} when it is not
     *     valid, and nothing is changed then
     */
    Future<Done> now();

    /**
     * What came of it.
     *
     * @param version what holds now, {@link ai.apertis.config.Config#version}
     * @param before what held before
     * @param change the differences
     */
    record Done(String version, String before, ConfigChange change) {}
}
