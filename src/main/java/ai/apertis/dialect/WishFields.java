package ai.apertis.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a body says of its way to a provider, while the body is read for other things. The beginning of the
 * conversation is hashed from the bytes that are there: everything up to the first message that is not the system's.
 */
public final class WishFields {
    private static final int MOST_WEB_RESULTS = 10;
    private static final Set<String> WEB_LENGTHS = Set.of("short", "medium", "full");

    private final byte[] body;
    private final CRC32C opening = new CRC32C();
    private ProviderWishes provider = ProviderWishes.NONE;
    private @Nullable Boolean hedge;
    private @Nullable Boolean continueOnCut;
    private @Nullable String session;
    private @Nullable String cacheKey;
    private @Nullable String user;
    private long openingBytes;
    private int webCount = WebWishes.USUAL.count();
    private CompressionWishes compression = CompressionWishes.NONE;
    private String webLength = WebWishes.USUAL.length();

    /**
     * A reader.
     *
     * @param body the bytes that the parser reads
     */
    public WishFields(byte[] body) {
        this.body = body;
    }

    /**
     * Reads a member that only matters here.
     *
     * @param name its name
     * @param json on its value
     * @return whether it was read; if not, the parser has not moved
     * @throws IOException on malformed JSON
     */
    public boolean takes(String name, JsonParser json) throws IOException {
        switch (name) {
            case "provider" -> provider = ProviderWishes.read(json);
            case "hedge" -> hedge = flag(name, json);
            case "continue_on_cut" -> continueOnCut = flag(name, json);
            case "session_id" -> session = text(name, json);
            case "web_results_count" -> {
                Long told = Params.integer(name, json, 1, MOST_WEB_RESULTS);
                webCount = told == null ? WebWishes.USUAL.count() : told.intValue();
            }
            case "compression" -> compression = CompressionWishes.read(json);
            case "web_content_length" -> webLength = webLength(name, json);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Boolean flag(String name, JsonParser json) throws IOException {
        return json.currentToken() == JsonToken.VALUE_NULL ? null : Params.bool(name, json);
    }

    /**
     * Looks at a member that goes to the provider too.
     *
     * @param name its name
     * @param json on its value, and passed over when this has looked at it
     * @return whether it was passed over
     * @throws IOException on malformed JSON
     */
    public boolean passes(String name, JsonParser json) throws IOException {
        switch (name) {
            case "prompt_cache_key" -> {
                cacheKey = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : null;
                json.skipChildren();
            }
            case "metadata" -> metadata(json);
            case "system", "instructions", "systemInstruction", "system_instruction" -> {
                long from = json.currentTokenLocation().getByteOffset();
                json.skipChildren();
                json.finishToken();
                opened(from, json.currentLocation().getByteOffset());
            }
            case "messages", "contents", "input" -> messages(json);
            default -> {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes note of a part of the conversation's beginning.
     *
     * @param from index of its first byte
     * @param to index after its last byte
     */
    public void opened(long from, long to) {
        opening.update(body, (int) from, (int) (to - from));
        openingBytes += to - from;
    }

    /**
     * What was read.
     *
     * @return the wishes
     */
    public RoutingWishes wishes() {
        String told = session != null ? session : cacheKey != null ? cacheKey : user;
        long hash = openingBytes == 0 ? 0 : opening.getValue() << 31 ^ openingBytes;
        return new RoutingWishes(
                provider, hedge, continueOnCut, told, hash, new WebWishes(webCount, webLength), compression);
    }

    private void metadata(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("user_id")) {
                user = json.getText();
            } else {
                json.skipChildren();
            }
        }
    }

    private void messages(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            long from = json.currentTokenLocation().getByteOffset();
            json.skipChildren();
            json.finishToken();
            opened(from, json.currentLocation().getByteOffset());
            return;
        }
        boolean opening = true;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (!opening) {
                json.skipChildren();
                continue;
            }
            long from = json.currentTokenLocation().getByteOffset();
            opening = isOfTheSystem(json);
            json.finishToken();
            opened(from, json.currentLocation().getByteOffset());
        }
    }

    private static boolean isOfTheSystem(JsonParser json) throws IOException {
        boolean system = false;
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return false;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("role")) {
                system = isSystemRole(json.getText());
            } else {
                json.skipChildren();
            }
        }
        return system;
    }

    /**
     * Whether a role writes instructions rather than a part in the conversation.
     *
     * @param role as written
     * @return true for {@code system} and {@code developer}
     */
    public static boolean isSystemRole(String role) {
        return role.equals("system") || role.equals("developer");
    }

    private static String webLength(String name, JsonParser json) throws IOException {
        String told = text(name, json);
        if (told == null) {
            return WebWishes.USUAL.length();
        }
        if (!WEB_LENGTHS.contains(told)) {
            throw ApiError.invalidParameter(name, "'" + name + "' must be 'short', 'medium' or 'full'.")
                    .exception();
        }
        return told;
    }

    private static @Nullable String text(String name, JsonParser json) throws IOException {
        return json.currentToken() == JsonToken.VALUE_NULL ? null : Params.string(name, json);
    }
}
