package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Hold;
import ai.apertis.cache.AnswerKey;
import ai.apertis.cache.RecordedAnswer;
import ai.apertis.catalog.Model;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.Json;
import ai.apertis.dispatch.Answer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One request that another's answer may serve: it finds that answer, waits for it, or makes it for the others. */
final class Repeat implements Keeping {
    /** A tool is to be called once for each time it is asked for, so answers that call one are not given twice. */
    private static final Pattern TOOL_CALL =
            Pattern.compile("\"(?:tool_calls|function_call|functionCall)\"\\s*:\\s*[\\[{]"
                    + "|\"type\"\\s*:\\s*\"(?:tool_use|server_tool_use|function_call)\"");

    private final Repeats repeats;
    private final Exchange exchange;
    private final long accountId;
    private final ClientRequest request;
    private final byte[] body;
    private @Nullable AnswerKey key;
    private @Nullable Flight flight;
    private @Nullable RecordingAnswer recording;
    private String asked = "";

    Repeat(Repeats repeats, Exchange exchange, long accountId, ClientRequest request, byte[] body) {
        this.repeats = repeats;
        this.exchange = exchange;
        this.accountId = accountId;
        this.request = request;
        this.body = body;
    }

    /** Serves the request from what is remembered, or from a call that is under way, or by a call of its own. */
    void serve(Conversation conversation) {
        if (conversation.tellsCost()) {
            // The body says what this one call cost, which is wrong for every other.
            conversation.admit();
            return;
        }
        Model model = conversation.model();
        asked = model.id();
        AnswerKey wanted = AnswerKey.of(accountId, exchange.endpoint(), asked, request.stream(), Json.request(body));
        key = wanted;
        repeats.store()
                .find(wanted)
                .onSuccess(found -> found.ifPresentOrElse(
                        answer -> ride(conversation, Flight.landed(answer), "hit"), () -> join(conversation, wanted)));
    }

    private void join(Conversation conversation, AnswerKey wanted) {
        Repeats.Boarding boarding = repeats.board(wanted);
        if (boarding.leads()) {
            flight = boarding.flight();
            repeats.count("miss");
            exchange.response().putHeader(Repeats.HEADER, "miss").putHeader("X-Cache-Hit", "false");
            conversation.admit();
        } else {
            ride(conversation, boarding.flight(), "coalesced");
        }
    }

    private void ride(Conversation conversation, Flight answer, String how) {
        repeats.count(how);
        conversation.ride(answer, how);
    }

    @Override
    public Answer around(HttpAnswer client, Hold paying, Runnable abandon) {
        Flight mine = flight;
        if (mine == null) {
            return client;
        }
        RecordingAnswer recorded = new RecordingAnswer(client, mine, charge -> landed(mine, charge), this::over);
        recording = recorded;
        return recorded;
    }

    private void landed(Flight mine, Charge charge) {
        RecordedAnswer answer =
                mine.land(charge.usage().promptTokens() + charge.usage().completionTokens());
        AnswerKey wanted = key;
        if (answer != null && wanted != null && charge.model().equals(asked) && !callsTool(answer)) {
            repeats.store().keep(wanted, answer);
        }
        forget();
    }

    private static boolean callsTool(RecordedAnswer answer) {
        return TOOL_CALL
                .matcher(answer.body().toString(StandardCharsets.ISO_8859_1))
                .find();
    }

    @Override
    public boolean outlives() {
        if (flight == null || !flight.hasPassengers()) {
            return false;
        }
        if (recording != null) {
            recording.clientLeft();
        }
        return true;
    }

    @Override
    public void refused() {
        over();
    }

    @Override
    public void failed(ApiError error) {
        over();
    }

    /** The answer will never be whole: whoever waits for it, and has seen nothing of it, asks alone. */
    private void over() {
        Flight mine = flight;
        if (mine != null) {
            forget();
            mine.fail();
        }
    }

    private void forget() {
        if (key != null && flight != null) {
            repeats.leave(key, flight);
        }
    }
}
