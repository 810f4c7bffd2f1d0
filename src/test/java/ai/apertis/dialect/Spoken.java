package ai.apertis.dialect;

import ai.apertis.dialect.translation.ClientRequests;

/** Every dialect there is. */
final class Spoken {
    static final Dialects DIALECTS = ClientRequests.DIALECTS;

    private Spoken() {}
}
