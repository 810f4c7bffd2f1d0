package ai.apertis.console.operator;

import java.util.List;

/**
 * What the page of providers shows, as the process that answers sees them.
 *
 * @param providers those that have a key
 * @param off the names of the others
 */
public record ProvidersView(List<Line> providers, List<String> off) {
    /** Copies the lists. */
    public ProvidersView {
        providers = List.copyOf(providers);
        off = List.copyOf(off);
    }

    /**
     * A provider.
     *
     * @param name its name
     * @param dialect what it speaks
     * @param keys each key by its place in the configuration, and how long it is left alone
     * @param endpoints what it serves
     */
    public record Line(String name, String dialect, List<Key> keys, List<Endpoint> endpoints) {
        /** Copies the lists. */
        public Line {
            keys = List.copyOf(keys);
            endpoints = List.copyOf(endpoints);
        }

        /**
         * How many of its breakers are not closed.
         *
         * @return 0 while all is well
         */
        public long open() {
            return endpoints.stream().filter(one -> !one.look().equals("good")).count();
        }
    }

    /**
     * A key.
     *
     * @param place in the configuration, from 1
     * @param cooling how long it is left alone, empty when it may be used
     */
    public record Key(int place, String cooling) {}

    /**
     * A model at a provider.
     *
     * @param model its id here
     * @param upstream its name there
     * @param breaker where the breaker stands, in words
     * @param look of these words
     * @param failing the share of failed attempts lately
     * @param cut the share of streams that broke off lately
     * @param firstToken the mean time to the first token lately, empty when unknown
     * @param tail the time within which 95 of 100 came, empty when unknown
     * @param pace tokens a second, empty when unknown
     * @param waiting requests that wait for a first token, of as many as may
     * @param holdBack how long the first content is held back, empty for not at all
     * @param cooling keys that are left alone for this model, empty for none
     */
    public record Endpoint(
            String model,
            String upstream,
            String breaker,
            String look,
            String failing,
            String cut,
            String firstToken,
            String tail,
            String pace,
            String waiting,
            String holdBack,
            String cooling) {}
}
