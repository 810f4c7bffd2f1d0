package ai.apertis.ingress;

import ai.apertis.dialect.translation.ClientRequests;
import ai.apertis.ledger.KeyRecord;

/**
 * Chat completions for somebody whom this server knows without a secret, by a session. All else is as on the route for
 * clients: the key's limits and restrictions, its pace, the hold, the settlement, the row in the logs.
 */
public final class ChatOnBehalf {
    private final ConversationHandler conversations;

    /**
     * The way for them.
     *
     * @param door applies what their key is allowed
     * @param bodies says whether there is room
     * @param parts what conversations need
     */
    public ChatOnBehalf(Door door, BodyReader bodies, ConversationParts parts) {
        this.conversations = new ConversationHandler(door, bodies, parts);
    }

    /**
     * Answers a request, streamed if it says so, and ends its exchange. What is wrong is told in the dialect of the exchange.
     *
     * @param exchange theirs, let in by its address already
     * @param key who pays
     * @param body as for {@code POST /v1/chat/completions}
     */
    public void answer(Exchange exchange, KeyRecord key, byte[] body) {
        conversations.handleOnBehalf(exchange, key, ClientRequests::chat, body);
    }
}
