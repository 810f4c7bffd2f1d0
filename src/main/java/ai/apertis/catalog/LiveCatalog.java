package ai.apertis.catalog;

/**
 * The catalogue of now, and the settings that go with it. A request takes the snapshot once and keeps it to its end, so that a
 * reload changes nothing under it.
 */
public final class LiveCatalog {
    private volatile Snapshot now;

    /**
     * Starts with a snapshot.
     *
     * @param first what is current until the first swap
     */
    public LiveCatalog(Snapshot first) {
        now = first;
    }

    /**
     * The catalogue of now.
     *
     * @return what a request that begins now sees to its end
     */
    public Catalog current() {
        return now.catalog();
    }

    /**
     * The snapshot of now.
     *
     * @return what a request that begins now sees to its end
     */
    public Snapshot snapshot() {
        return now;
    }

    /**
     * Makes another snapshot the current one, whole and at once.
     *
     * @param next what requests that begin from now on see
     */
    public void swap(Snapshot next) {
        now = next;
    }
}
