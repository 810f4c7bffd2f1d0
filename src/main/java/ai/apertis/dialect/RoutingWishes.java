package ai.apertis.dialect;

import org.jspecify.annotations.Nullable;

/**
 * What a request says of its way to a provider, and of what is to be done with it on that way.
 *
 * @param provider which providers it wants
 * @param hedge whether a second provider may be asked when the first is slow, null when it does not say
 * @param continueOnCut whether another provider may go on with a stream that breaks off, null when it does not say
 * @param session what the client calls the conversation, null when it does not
 * @param opening a hash over the conversation's beginning, the same in each of its requests; 0 when unknown
 * @param web how the web is searched for it, if it is
 * @param compression whether and how its older turns are summarised
 */
public record RoutingWishes(
        ProviderWishes provider,
        @Nullable Boolean hedge,
        @Nullable Boolean continueOnCut,
        @Nullable String session,
        long opening,
        WebWishes web,
        CompressionWishes compression) {
    /** Nothing said. */
    public static final RoutingWishes NONE = new RoutingWishes(ProviderWishes.NONE, null, null, null, 0);

    /** A request that only says who is to serve it. */
    public RoutingWishes(
            ProviderWishes provider,
            @Nullable Boolean hedge,
            @Nullable Boolean continueOnCut,
            @Nullable String session,
            long opening) {
        this(provider, hedge, continueOnCut, session, opening, WebWishes.USUAL, CompressionWishes.NONE);
    }
}
