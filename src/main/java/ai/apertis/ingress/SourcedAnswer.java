package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Settlement;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.Json;
import ai.apertis.dispatch.Answer;
import ai.apertis.search.WebSource;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An answer that names its sources: in a member {@code web_sources} of the whole, or of the event of a stream that says why
 * the model stopped, which every client reads and whose further members none minds.
 */
final class SourcedAnswer extends PassedAnswer {
    /** In JSON the names stand bare; inside of a text their quotation marks would be escaped. */
    private static final Pattern CHAT_STOPS =
            Pattern.compile("(?m)^data: ?\\{(?=[^\\r\\n]*\"finish_reason\"\\s*:\\s*\")");

    private static final Pattern MESSAGE_STOPS =
            Pattern.compile("(?m)^data: ?\\{(?=[^\\r\\n]*\"type\"\\s*:\\s*\"message_delta\")");

    private static final Pattern OBJECT = Pattern.compile("\\A\\s*\\{");

    private final Pattern stops;
    private final String member;
    private boolean told;

    SourcedAnswer(Answer client, DialectName dialect, List<WebSource> sources) {
        super(client);
        this.stops = dialect == DialectName.ANTHROPIC ? MESSAGE_STOPS : CHAT_STOPS;
        this.member = member(sources);
    }

    private static String member(List<WebSource> sources) {
        ObjectNode root = Json.object();
        ArrayNode list = root.putArray("web_sources");
        sources.forEach(source -> list.addObject()
                .put("title", source.title())
                .put("url", source.url())
                .put("snippet", source.snippet()));
        String json = Json.text(root);
        return json.substring(1, json.length() - 1) + ",";
    }

    /** Puts the member first in the object that a match ends with the brace of. Latin-1 keeps every byte what it is. */
    private Buffer told(Buffer bytes, Pattern where) {
        String text = new String(bytes.getBytes(), StandardCharsets.ISO_8859_1);
        Matcher found = where.matcher(text);
        if (!found.find()) {
            return bytes;
        }
        told = true;
        return Buffer.buffer(bytes.length() + member.length())
                .appendBuffer(bytes, 0, found.end())
                .appendString(member)
                .appendBuffer(bytes, found.end(), bytes.length() - found.end());
    }

    @Override
    public void write(Buffer bytes) {
        super.write(told ? bytes : told(bytes, stops));
    }

    @Override
    public void whole(Buffer body, Charge charge, @Nullable Settlement settlement) {
        super.whole(told(body, OBJECT), charge, settlement);
    }
}
