package ai.apertis.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One part of a multipart body: where it stands, and the beginning of its value. */
public final class MultipartPart {
    private final String name;
    private final boolean file;
    private final long from;
    private final long valueFrom;
    private final long valueTo;
    private final byte[] head;

    MultipartPart(String name, boolean file, long from, long valueFrom, long valueTo, byte[] head) {
        this.name = name;
        this.file = file;
        this.from = from;
        this.valueFrom = valueFrom;
        this.valueTo = valueTo;
        this.head = head;
    }

    /**
     * The field's name.
     *
     * @return empty when the part has none
     */
    public String name() {
        return name;
    }

    /**
     * Whether it is a file: it has a file's name, or a content type that is no text.
     *
     * @return false for a field
     */
    public boolean isFile() {
        return file;
    }

    /**
     * Where the part begins.
     *
     * @return the offset of its delimiter in the body
     */
    public long from() {
        return from;
    }

    /**
     * Where the value begins.
     *
     * @return its offset in the body
     */
    public long valueFrom() {
        return valueFrom;
    }

    /**
     * Where the value, and with it the part, ends.
     *
     * @return the offset of the next delimiter in the body
     */
    public long valueTo() {
        return valueTo;
    }

    /**
     * How long the value is.
     *
     * @return bytes
     */
    public long size() {
        return valueTo - valueFrom;
    }

    /**
     * The value's first bytes: all of a field, the head of a file.
     *
     * @return a copy
     */
    public byte[] head() {
        return Arrays.copyOf(head, head.length);
    }

    /**
     * A field's value.
     *
     * @return as UTF-8
     */
    public String text() {
        return new String(head, StandardCharsets.UTF_8);
    }
}
