package ai.apertis.console.brand;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of the brand.
 *
 * @param type its media type
 * @param bytes its content, not to be changed
 * @param tag its entity tag, quoted as in the header; as long as the content is the same, so is the tag, on every node
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares two of them.
record BrandFile(String type, byte[] bytes, String tag) {
    private static final int TAG_BYTES = 12;

    /** Reads what the build left below {@code console/brand}; empty where the build did not draw it. */
    static Optional<BrandFile> read(String name) {
        try (InputStream file = BrandFile.class.getResourceAsStream("/console/brand/" + name)) {
            if (file == null) {
                return Optional.empty();
            }
            byte[] bytes = file.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return Optional.of(
                    new BrandFile(typeOf(name), bytes, '"' + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Whether a browser has it already.
     *
     * @param ifNoneMatch the tags that it has, as in the header; null when it told of none
     */
    boolean isAmong(@Nullable String ifNoneMatch) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String tag : ifNoneMatch.split(",", -1)) {
            String stripped = tag.strip();
            // Compared weakly (RFC 9110, 13.1.2): proxies that compress mark the tag as weak.
            if (stripped.equals("*")
                    || (stripped.startsWith("W/") ? stripped.substring(2) : stripped).equals(this.tag)) {
                return true;
            }
        }
        return false;
    }

    private static String typeOf(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "png" -> "image/png";
            case "svg" -> "image/svg+xml";
            case "ico" -> "image/x-icon";
            case "webmanifest" -> "application/manifest+json";
            default -> throw new IllegalArgumentException("a file of no known type: " + name);
        };
    }
}
