package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The dialects spoken, by name. Put together where the process is put together. */
public final class Dialects {
    private final Map<DialectName, Dialect> byName = new EnumMap<>(DialectName.class);

    /**
     * Dialects that are spoken.
     *
     * @param dialects one for each name
     */
    public Dialects(List<Dialect> dialects) {
        dialects.forEach(dialect -> byName.put(dialect.name(), dialect));
    }

    /**
     * Finds one.
     *
     * @param name its name
     * @return the dialect
     * @throws IllegalArgumentException when it is not spoken
     */
    public Dialect of(DialectName name) {
        Dialect dialect = byName.get(name);
        if (dialect == null) {
            throw new IllegalArgumentException("not spoken: " + name.configName());
        }
        return dialect;
    }

    /**
     * All of them.
     *
     * @return in the order of their names' declaration
     */
    public Collection<Dialect> all() {
        return byName.values();
    }
}
