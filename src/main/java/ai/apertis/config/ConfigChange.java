package ai.apertis.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is different in a configuration that takes the place of another one while the process runs.
 *
 * @param models which models, by id
 * @param providers which providers, by name
 * @param plans which plans, by name
 * @param settings keys outside of these that hold from now on, for instance {@code limits.streams_per_key}
 * @param restart keys that differ from what the process started with and hold only when it is started again
 */
public record ConfigChange(Listed models, Listed providers, Listed plans, List<String> settings, List<String> restart) {
    /** Copies the lists. */
    public ConfigChange {
        settings = List.copyOf(settings);
        restart = List.copyOf(restart);
    }

    /**
     * What became of the entries of a list, by name.
     *
     * @param added the new ones
     * @param removed those that are gone
     * @param changed those of which anything is different
     */
    public record Listed(List<String> added, List<String> removed, List<String> changed) {
        /** Copies the lists. */
        public Listed {
            added = List.copyOf(added);
            removed = List.copyOf(removed);
            changed = List.copyOf(changed);
        }

        private static <T> Listed between(List<T> before, List<T> after, Function<T, String> name) {
            Map<String, T> old = new LinkedHashMap<>();
            before.forEach(entry -> old.put(name.apply(entry), entry));
            List<String> added = new ArrayList<>();
            List<String> changed = new ArrayList<>();
            for (T entry : after) {
                T known = old.remove(name.apply(entry));
                if (known == null) {
                    added.add(name.apply(entry));
                } else if (!known.equals(entry)) {
                    changed.add(name.apply(entry));
                }
            }
            return new Listed(added, List.copyOf(old.keySet()), changed);
        }

        /**
         * Whether all is as it was.
         *
         * @return true when nothing was added, removed or changed
         */
        public boolean isEmpty() {
            return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
        }

        /** For people: {@code +1 -0 ~2}. */
        @Override
        public String toString() {
            return "+" + added.size() + " -" + removed.size() + " ~" + changed.size();
        }
    }

    /**
     * Compares.
     *
     * @param started the configuration with which the process started
     * @param before the one that holds
     * @param after the one that is to hold
     * @return the differences
     */
    public static ConfigChange between(Config started, Config before, Config after) {
        return new ConfigChange(
                Listed.between(before.models(), after.models(), ModelConfig::id),
                Listed.between(before.providers(), after.providers(), ProviderConfig::name),
                Listed.between(before.plans(), after.plans(), PlanConfig::name),
                Stream.of(
                                keys("limits", before.limits(), after.limits()),
                                keys("timeouts", before.timeouts(), after.timeouts()),
                                keys("routing", before.routing(), after.routing()))
                        .flatMap(List::stream)
                        .toList(),
                Stream.of(
                                keys("reload", started.reload(), after.reload()),
                                keys("server", started.server(), after.server()),
                                keys("billing", started.billing(), after.billing()),
                                keys("responses", started.responses(), after.responses()),
                                keys("cache", started.cache(), after.cache()),
                                keys("payments", started.payments(), after.payments()),
                                keys("web_search", started.webSearch(), after.webSearch()),
                                keys("webhooks", started.webhooks(), after.webhooks()),
                                one("smtp", started.smtp(), after.smtp()),
                                one("keys.peppers", started.keyPeppers(), after.keyPeppers()))
                        .flatMap(List::stream)
                        .toList());
    }

    private static List<String> one(String name, Object before, Object after) {
        return before.equals(after) ? List.of() : List.of(name);
    }

    /** The names of a section's keys follow from those of the record, which a test of the documentation holds true. */
    private static <R extends Record> List<String> keys(String section, R before, R after) {
        List<String> different = new ArrayList<>();
        for (RecordComponent component : before.getClass().getRecordComponents()) {
            if (!Objects.equals(value(component, before), value(component, after))) {
                String key = component
                        .getName()
                        .replace("Millis", "Ms")
                        .replaceAll("([A-Z])", "_$1")
                        .toLowerCase(Locale.ROOT);
                different.add(section + "." + key);
            }
        }
        return different;
    }

    private static Object value(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("the records of the configuration are public", impossible);
        }
    }

    /**
     * Whether nothing that holds is different.
     *
     * @return true also when only keys differ that need a restart
     */
    public boolean isEmpty() {
        return models.isEmpty() && providers.isEmpty() && plans.isEmpty() && settings.isEmpty();
    }
}
