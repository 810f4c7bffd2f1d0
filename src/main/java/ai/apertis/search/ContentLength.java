package ai.apertis.search;

import java.nio.charset.StandardCharsets;

/** How much of each page is wanted. */
public enum ContentLength {
    /** A sentence or two. */
    SHORT(240),
    /** A paragraph. */
    MEDIUM(800),
    /** All that the engine tells, within reason. */
    FULL(3_000);

    /** What a title and a URL may take, bytes. */
    static final int TITLE_BYTES = 200;

    static final int URL_BYTES = 600;

    private final int snippetBytes;

    ContentLength(int snippetBytes) {
        this.snippetBytes = snippetBytes;
    }

    /**
     * The longest snippet.
     *
     * @return bytes of UTF-8
     */
    public int snippetBytes() {
        return snippetBytes;
    }

    /**
     * The longest that one source is told in.
     *
     * @return bytes of UTF-8, its title and URL included
     */
    public int sourceBytes() {
        return TITLE_BYTES + URL_BYTES + snippetBytes;
    }

    /** One line of at most so many bytes, cut between characters. */
    static String cut(String text, int bytes) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        int used = 0;
        int end = 0;
        while (end < line.length()) {
            int point = line.codePointAt(end);
            used += Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
            if (used > bytes) {
                break;
            }
            end += Character.charCount(point);
        }
        return line.substring(0, end);
    }
}
