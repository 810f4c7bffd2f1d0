package ai.apertis.ingress;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.ModelRef;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.search.WebSearch;
import ai.apertis.telemetry.Metrics;
import java.util.Optional;
import java.util.function.Function;

/** Finds out which requests are to be told what the web says: those whose model is named with {@code :web}. */
public final class Grounder {
    private static final String SUFFIX = ":web";

    private final LiveCatalog catalog;
    private final Optional<? extends WebSearch> engine;
    private final WebSearch simulated;
    private final long priceNano;
    private final Metrics metrics;

    /**
     * A grounder.
     *
     * @param catalog tells what a model's name asks for
     * @param engine who is asked for real models, empty when nobody is
     * @param simulated who is asked for simulated ones
     * @param priceNano what a search costs beside the tokens, nano-USD
     * @param metrics count searches
     */
    public Grounder(
            LiveCatalog catalog,
            Optional<? extends WebSearch> engine,
            WebSearch simulated,
            long priceNano,
            Metrics metrics) {
        this.catalog = catalog;
        this.engine = engine;
        this.simulated = simulated;
        this.priceNano = priceNano;
        this.metrics = metrics;
    }

    /**
     * The search that a request asks for.
     *
     * @param exchange the client's
     * @param request what is asked
     * @param reader reads a body by the client's dialect
     * @param body the request's
     * @return empty when it asks for none, or at an endpoint that has none
     * @throws ai.apertis.dialect.ApiException a 400 when it may not or nobody is there to be asked
     */
    Optional<Grounding> of(
            Exchange exchange, ClientRequest request, Function<byte[], ClientRequest> reader, byte[] body) {
        if (!request.model().contains(SUFFIX) || !Abridger.mayChange(request)) {
            return Optional.empty();
        }
        ModelRef asked = catalog.current().resolve(request.model()).orElse(null);
        if (asked == null || !asked.webSearch()) {
            return Optional.empty();
        }
        if (asked.webSearchRefused()) {
            throw ApiError.invalidParameter("model", "The suffix ':web' cannot be used on the free tier.")
                    .exception();
        }
        WebSearch search = asked.model().isSimulated()
                ? simulated
                : engine.<WebSearch>map(Function.identity())
                        .orElseThrow(() -> ApiError.invalidParameter(
                                        "model",
                                        "The suffix ':web' is not available on this server: it has no web search.")
                                .exception());
        return Optional.of(
                new Grounding(exchange, new GroundedRequest(request, reader, body, priceNano), search, metrics));
    }
}
