package ai.apertis.dialect;

import org.jspecify.annotations.Nullable;

/** Where the bytes of an image, a document or a sound are. */
public sealed interface MediaSource {
    /**
     * The provider fetches them.
     *
     * @param url where; never fetched here
     * @param mediaType what they are, null when not told
     */
    record Url(String url, @Nullable String mediaType) implements MediaSource {}

    /**
     * They are in the request.
     *
     * @param mediaType what they are, for instance {@code image/png}
     * @param data base64
     */
    record Base64(String mediaType, String data) implements MediaSource {
        /**
         * As a {@code data:} address.
         *
         * @return {@code data:image/png;base64,…}
         */
        public String dataUrl() {
            return "data:" + mediaType + ";base64," + data;
        }
    }

    /**
     * They were uploaded to the provider before.
     *
     * @param id the provider's id of the file
     * @param mediaType what it is, null when not told
     */
    record FileId(String id, @Nullable String mediaType) implements MediaSource {
        /** A file of an untold kind. */
        public FileId(String id) {
            this(id, null);
        }
    }

    /**
     * A document that is plain text, in the request.
     *
     * @param text the text
     */
    record Words(String text) implements MediaSource {}

    /**
     * Reads a client's URL, taking {@code data:} addresses apart.
     *
     * @param url as sent
     * @return {@link Base64} for {@code data:…;base64,…}, else {@link Url}
     */
    static MediaSource ofUrl(String url) {
        if (url.startsWith("data:")) {
            int mark = url.indexOf(";base64,");
            if (mark > 0) {
                return new Base64(url.substring(5, mark), url.substring(mark + 8));
            }
        }
        return new Url(url, null);
    }
}
