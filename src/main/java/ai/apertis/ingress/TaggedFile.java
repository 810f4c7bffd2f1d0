package ai.apertis.ingress;

import ai.apertis.digest.Sha256;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A file that browsers keep and ask after by its entity tag.
 *
 * @param type its media type
 * @param bytes its content, not to be changed
 * @param tag its entity tag, quoted as in the header; as long as the content is the same, so is the tag, on every node
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares two of them.
public record TaggedFile(String type, byte[] bytes, String tag) {
    private static final int TAG_BYTES = 16;
    private static final byte[] NOTHING = {};

    /**
     * A file with the tag of its content.
     *
     * @param type its media type
     * @param bytes its content, not to be changed from now on
     * @return the file
     */
    public static TaggedFile of(String type, byte[] bytes) {
        return new TaggedFile(type, bytes, '"' + HexFormat.of().formatHex(Sha256.of(bytes), 0, TAG_BYTES) + '"');
    }

    /**
     * Answers with the file, or with a 304 to who has it already.
     *
     * @param exchange a GET, or a HEAD that is told the length alone
     * @param kept the {@code Cache-Control} header
     */
    public void answer(Exchange exchange, CharSequence kept) {
        HttpServerResponse response = exchange.response();
        response.putHeader(HttpHeaders.CACHE_CONTROL, kept).putHeader(HttpHeaders.ETAG, tag);
        if (isAmong(exchange.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
            exchange.answer(304, type, NOTHING);
        } else {
            // Vert.x tells the length of what it sends, and for HEAD it sends nothing.
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length));
            exchange.answer(200, type, bytes);
        }
    }

    private boolean isAmong(@Nullable String ifNoneMatch) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String known : ifNoneMatch.split(",", -1)) {
            String stripped = known.strip();
            // Compared weakly (RFC 9110, 13.1.2): proxies that compress mark the tag as weak.
            if (stripped.equals("*") || (stripped.startsWith("W/") ? stripped.substring(2) : stripped).equals(tag)) {
                return true;
            }
        }
        return false;
    }
}
