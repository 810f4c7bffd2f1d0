package ai.apertis.ingress;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.PromptTokens;
import ai.apertis.dialect.TokenCounter;
import ai.apertis.dialect.translation.CountRequest;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Where prompts are counted: Anthropic's, Google's and OpenAI's endpoints for it, for every model. */
public final class CountMount implements Mount {
    private static final String GEMINI = "/v1(?:beta)?/models/(?<model>.+):countTokens";

    private final CountHandler counts;
    private final ResponsesLookup lookup;
    private final ExchangeLog log;

    /**
     * The endpoints.
     *
     * @param door lets clients in
     * @param bodies reads bodies
     * @param parts finds models and asks providers
     * @param lookup finds what requests continue
     * @param counter counts what no provider does
     * @param log told of each exchange
     */
    public CountMount(
            Door door,
            BodyReader bodies,
            ConversationParts parts,
            ResponsesLookup lookup,
            TokenCounter counter,
            ExchangeLog log) {
        this.lookup = lookup;
        this.counts = new CountHandler(door, bodies, parts, new PromptTokens(counter));
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        router.post("/v1/messages/count_tokens")
                .handler(context -> count(
                        context,
                        DialectName.ANTHROPIC,
                        "/v1/messages/count_tokens",
                        (key, body) -> Future.succeededFuture(CountRequest.messages(body))));
        router.post("/v1/responses/input_tokens")
                .handler(context -> count(
                        context,
                        DialectName.OPENAI_RESPONSES,
                        "/v1/responses/input_tokens",
                        (key, body) -> lookup.whole(key, body).map(ResponsesLookup.Whole::count)));
        router.postWithRegex(GEMINI)
                .handler(context -> count(
                        context,
                        DialectName.GEMINI,
                        "/v1beta/models/{model}:countTokens",
                        (key, body) -> Future.succeededFuture(CountRequest.gemini(body, context.pathParam("model")))));
    }

    private void count(RoutingContext context, DialectName dialect, String endpoint, CountHandler.Reader reader) {
        counts.handle(new Exchange(context.request(), dialect, endpoint, log), reader);
    }
}
