package ai.apertis.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the parts of a {@code multipart/form-data} body (RFC 7578) while its bytes pass by, and keeps none of them but
 * fields and the heads of files. Fed in any pieces. Everything that it keeps is bounded.
 */
public final class MultipartScanner {
    private static final int MOST_PARTS = 100;
    private static final int MOST_HEADER_BYTES = 8 * 1024;
    private static final int MOST_FIELD_BYTES = 1024 * 1024;
    private static final int FILE_HEAD_BYTES = 4 * 1024;
    private static final Pattern BOUNDARY =
            Pattern.compile("boundary=(?:\"([^\"]{1,70})\"|([^;\\s\"]{1,70}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile("[;\\s]name=(?:\"([^\"]*)\"|([^;\\s]+))");
    private static final Pattern FILENAME = Pattern.compile("[;\\s]filename\\*?=");

    private enum State {
        /** In a value, or before the first delimiter. */
        VALUE,
        /** Behind a delimiter: a line end begins a part, two dashes end the body. */
        DELIMITER,
        /** In the headers of a part. */
        HEADERS,
        /** Behind the last delimiter: nothing there counts. */
        EPILOGUE
    }

    private final byte[] delimiter;
    private final List<MultipartPart> parts = new ArrayList<>();
    private final ByteArrayOutputStream headers = new ByteArrayOutputStream();
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private State state = State.VALUE;
    /** How much of a delimiter has been seen; the first needs no line end before it. */
    private int matched = 2;

    private boolean inPart;
    private int dashes;
    private long at;
    private long partFrom;
    private long valueFrom;
    private int keptFields;
    private String name = "";
    private boolean file;

    /**
     * A scanner of one body.
     *
     * @param contentType the body's
     * @throws IllegalArgumentException when it names no boundary
     */
    public MultipartScanner(@Nullable String contentType) {
        Matcher boundary = BOUNDARY.matcher(contentType == null ? "" : contentType);
        if (contentType == null
                || !contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")
                || !boundary.find()) {
            throw new IllegalArgumentException("The body must be multipart/form-data with a boundary.");
        }
        String told = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
        this.delimiter = ("\r\n--" + told).getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * More of the body.
     *
     * @param bytes hold it
     * @throws IllegalArgumentException with a sentence for the client, when it is no such body or has more than a form needs
     */
    public void feed(byte[] bytes) {
        for (byte b : bytes) {
            switch (state) {
                case VALUE -> value(b);
                case DELIMITER -> delimiter(b);
                case HEADERS -> header(b);
                case EPILOGUE -> {}
            }
            at++;
        }
    }

    /**
     * The parts, once all has been fed.
     *
     * @return in their order
     * @throws IllegalArgumentException when the body ended too early
     */
    public List<MultipartPart> parts() {
        if (state != State.EPILOGUE) {
            throw new IllegalArgumentException("The multipart body ends before its last boundary.");
        }
        return List.copyOf(parts);
    }

    private void value(byte b) {
        if (b == delimiter[matched]) {
            matched++;
            if (matched == delimiter.length) {
                endOfPart();
            }
            return;
        }
        // A delimiter holds one carriage return only, its first byte: what was seen of it can be no other's beginning.
        keep(delimiter, matched);
        matched = 0;
        if (b == delimiter[0]) {
            matched = 1;
        } else {
            keep(new byte[] {b}, 1);
        }
    }

    private void keep(byte[] bytes, int count) {
        if (!inPart) {
            return;
        }
        if (file) {
            kept.write(bytes, 0, Math.min(count, FILE_HEAD_BYTES - kept.size()));
            return;
        }
        keptFields += count;
        if (keptFields > MOST_FIELD_BYTES) {
            throw new IllegalArgumentException(
                    "The fields of the form are larger than " + MOST_FIELD_BYTES + " bytes.");
        }
        kept.write(bytes, 0, count);
    }

    private void endOfPart() {
        long end = at + 1 - delimiter.length;
        if (inPart) {
            parts.add(new MultipartPart(name, file, partFrom, valueFrom, end, kept.toByteArray()));
            if (parts.size() > MOST_PARTS) {
                throw new IllegalArgumentException("The form has more than " + MOST_PARTS + " parts.");
            }
        }
        partFrom = Math.max(0, end);
        inPart = true;
        kept.reset();
        matched = 0;
        dashes = 0;
        state = State.DELIMITER;
    }

    private void delimiter(byte b) {
        if (b == '-') {
            dashes++;
            if (dashes == 2) {
                state = State.EPILOGUE;
            }
        } else if (b == '\n') {
            headers.reset();
            state = State.HEADERS;
        } else if (b != '\r' && b != ' ' && b != '\t') {
            throw new IllegalArgumentException("The multipart body is malformed.");
        }
    }

    private void header(byte b) {
        headers.write(b);
        if (headers.size() > MOST_HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "The headers of a part are larger than " + MOST_HEADER_BYTES + " bytes.");
        }
        if (b == '\n' && endsHeaders()) {
            readHeaders(headers.toString(StandardCharsets.UTF_8));
            valueFrom = at + 1;
            matched = 0;
            state = State.VALUE;
        }
    }

    private boolean endsHeaders() {
        byte[] seen = headers.toByteArray();
        int length = seen.length;
        return (length == 2 && seen[0] == '\r')
                || (length >= 4 && seen[length - 2] == '\r' && seen[length - 3] == '\n' && seen[length - 4] == '\r');
    }

    private void readHeaders(String lines) {
        name = "";
        file = false;
        for (String line : lines.split("\r\n", -1)) {
            if (line.regionMatches(true, 0, "content-disposition:", 0, 20)) {
                name = found(NAME.matcher(line), "");
                file |= FILENAME.matcher(line).find();
            } else if (line.regionMatches(true, 0, "content-type:", 0, 13)) {
                String type = line.substring(13).strip().toLowerCase(Locale.ROOT);
                file |= !type.startsWith("text/") && !type.startsWith("application/json");
            }
        }
    }

    private static String found(Matcher matcher, String otherwise) {
        if (!matcher.find()) {
            return otherwise;
        }
        return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }
}
