package ai.apertis.catalog;

/**
 * The catalogue of now. A request takes the snapshot once and keeps it to its end, so that a reload changes nothing under
 * it.
 */
public final class LiveCatalog {
    private volatile Catalog current;

    /**
     * Starts with a snapshot.
     *
     * @param first what is current until the first swap
     */
    public LiveCatalog(Catalog first) {
        current = first;
    }

    /**
     * The snapshot of now.
     *
     * @return what a request that begins now sees to its end
     */
    public Catalog current() {
        return current;
    }

    /**
     * Makes another snapshot the current one, whole and at once.
     *
     * @param next what requests that begin from now on see
     */
    public void swap(Catalog next) {
        current = next;
    }
}
