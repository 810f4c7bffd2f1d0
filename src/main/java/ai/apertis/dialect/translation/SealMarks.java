package ai.apertis.dialect.translation;

import ai.apertis.dialect.Seal;
import ai.apertis.dialect.SealedIds;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Finds out whether a request repeats what another dialect's provider once sealed: a client that changed the model in
 * the middle of a conversation. A provider of the client's own dialect would refuse that.
 */
final class SealMarks {
    private static final List<byte[]> MARKS = List.of(
            SealedIds.MARK.getBytes(StandardCharsets.US_ASCII),
            Seal.FOREIGN.getBytes(StandardCharsets.US_ASCII),
            // In Gemini's signatures the mark is encoded once more; its last characters depend on what follows.
            Base64.getEncoder()
                    .withoutPadding()
                    .encode(Seal.FOREIGN.substring(0, 6).getBytes(StandardCharsets.US_ASCII)));

    private SealMarks() {}

    static boolean in(byte[] body) {
        for (byte[] mark : MARKS) {
            if (contains(body, mark)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(byte[] body, byte[] mark) {
        for (int i = 0; i <= body.length - mark.length; i++) {
            int same = 0;
            while (same < mark.length && body[i + same] == mark[same]) {
                same++;
            }
            if (same == mark.length) {
                return true;
            }
        }
        return false;
    }
}
