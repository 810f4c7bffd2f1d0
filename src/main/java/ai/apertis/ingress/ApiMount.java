package ai.apertis.ingress;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.translation.ClientRequests;
import ai.apertis.ledger.KeyRecord;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The endpoints that clients call with their keys. */
public final class ApiMount implements Mount {
    private static final String CHAT = "/v1/chat/completions";
    private static final String GEMINI =
            "/v1(?:beta)?/(?:models/)?(?<model>.+):(?<method>generateContent|streamGenerateContent)";

    private final Door door;
    private final ExchangeLog log;
    private final ConversationHandler conversations;
    private final CreditsHandler credits;

    /**
     * The endpoints.
     *
     * @param door lets clients in
     * @param bodies reads bodies
     * @param parts what conversations need
     * @param credits tells what is left
     * @param log told of each exchange
     */
    public ApiMount(Door door, BodyReader bodies, ConversationParts parts, CreditsHandler credits, ExchangeLog log) {
        this.door = door;
        this.log = log;
        this.conversations = new ConversationHandler(door, bodies, parts);
        this.credits = credits;
    }

    @Override
    public void mount(Router router) {
        router.post(CHAT).handler(this::chat);
        conversation(router, "/v1/messages", DialectName.ANTHROPIC, ClientRequests::messages);
        router.postWithRegex(GEMINI).handler(this::gemini);
        withKey(router.get("/v1/dashboard/billing/credits"), "/v1/dashboard/billing/credits", credits::handle);
    }

    private void conversation(Router router, String path, DialectName dialect, Function<byte[], ClientRequest> reader) {
        router.post(path)
                .handler(context -> conversations.handle(new Exchange(context.request(), dialect, path, log), reader));
    }

    private void chat(RoutingContext context) {
        // Set by every SDK of OpenAI.
        boolean java = "java".equals(context.request().getHeader("x-stainless-lang"));
        conversations.handle(
                new Exchange(context.request(), DialectName.OPENAI, CHAT, log),
                java ? ClientRequests::chatWithUsageApart : ClientRequests::chat);
    }

    /**
     * Google's SDK names the model and the method in the path, below {@code /v1beta} or {@code /v1}. Vercel's leaves out
     * {@code models/} where the model's name has a slash.
     */
    private void gemini(RoutingContext context) {
        Exchange exchange =
                new Exchange(context.request(), DialectName.GEMINI, "/v1beta/models/{model}:generateContent", log);
        boolean stream = context.pathParam("method").equals("streamGenerateContent");
        String alt = context.request().getParam("alt", "json");
        if (!alt.equals("sse") && !alt.equals("json")) {
            exchange.fail(ApiError.invalidParameter("alt", "'alt' must be 'sse' or 'json'."));
            return;
        }
        if (stream && alt.equals("json")) {
            exchange.streamsAs(new JsonArrayForm());
        }
        String model = context.pathParam("model");
        conversations.handle(exchange, body -> ClientRequests.gemini(body, model, stream));
    }

    private void withKey(Route route, String endpoint, BiConsumer<Exchange, KeyRecord> handler) {
        route.handler(context -> entered(context, endpoint, handler));
    }

    private void entered(RoutingContext context, String endpoint, BiConsumer<Exchange, KeyRecord> handler) {
        Exchange exchange = open(context, endpoint);
        door.enter(exchange).onSuccess(key -> handler.accept(exchange, key)).onFailure(exchange::fail);
    }

    private Exchange open(RoutingContext context, String endpoint) {
        return new Exchange(context.request(), DialectName.OPENAI, endpoint, log);
    }
}
