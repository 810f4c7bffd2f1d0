package ai.apertis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartScannerTest {
    private static final String TYPE = "multipart/form-data; boundary=\"frontier\"";
    /** The file holds a line end, and what begins like a delimiter. */
    private static final String FILE = "sound\r\n\r\n--fron\r\r\n--frontie end";

    private static final String BODY = "--frontier\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"a; name=b.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\n"
            + FILE + "\r\n--frontier  \r\ncontent-disposition: form-data; name=model\r\n\r\nwhisper-1\r\n--frontier\r\n"
            + "Content-Disposition: form-data; name=\"prompt\"\r\n\r\n\r\n--frontier--\r\nwhat follows does not count";

    @Test
    void findsThePartsHoweverTheBodyIsCut() {
        byte[] body = bytes(BODY);
        for (int cut = 0; cut <= body.length; cut++) {
            MultipartScanner scanner = new MultipartScanner(TYPE);
            scanner.feed(Arrays.copyOfRange(body, 0, cut));
            scanner.feed(Arrays.copyOfRange(body, cut, body.length));
            expectParts(scanner.parts());
        }
    }

    @Test
    void findsThemByteByByteAndAfterAPreamble() {
        MultipartScanner scanner = new MultipartScanner(TYPE);
        for (byte b : bytes("for old readers\r\n" + BODY)) {
            scanner.feed(new byte[] {b});
        }
        assertThat(scanner.parts()).extracting(MultipartPart::name).containsExactly("file", "model", "prompt");
    }

    private static void expectParts(List<MultipartPart> parts) {
        assertThat(parts).extracting(MultipartPart::name).containsExactly("file", "model", "prompt");
        assertThat(parts).extracting(MultipartPart::isFile).containsExactly(true, false, false);
        assertThat(parts).extracting(MultipartPart::text).containsExactly(FILE, "whisper-1", "");
        assertThat(parts)
                .allSatisfy(part -> assertThat(BODY.substring((int) part.valueFrom(), (int) part.valueTo()))
                        .isEqualTo(part.text()));
        assertThat(BODY.substring((int) parts.get(1).from())).startsWith("\r\n--frontier  \r\n");
        assertThat(parts.getFirst().from()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "application/json", "multipart/form-data", "multipart/mixed; boundary=x"})
    void refusesWhatIsNoForm(String type) {
        assertThatThrownBy(() -> new MultipartScanner(type)).hasMessageContaining("multipart/form-data");
    }

    @Test
    void refusesABodyThatEndsTooEarly() {
        byte[] body = bytes(BODY);
        int end = BODY.indexOf("--frontier--") + "--frontier-".length();
        for (int length = 0; length <= end; length++) {
            MultipartScanner scanner = new MultipartScanner(TYPE);
            scanner.feed(Arrays.copyOf(body, length));
            assertThatThrownBy(scanner::parts).hasMessageContaining("before its last boundary");
        }
    }

    @Test
    void boundsPartsHeadersAndFieldsButNotFiles() {
        String part = "\r\n--frontier\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1";
        assertThatThrownBy(() -> scan(part.repeat(102))).hasMessageContaining("100 parts");
        assertThatThrownBy(() -> scan("--frontier\r\nX: " + "h".repeat(9_000))).hasMessageContaining("headers");
        String field = "--frontier\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n";
        assertThatThrownBy(() -> scan(field + "v".repeat(1_100_000))).hasMessageContaining("fields");
        String file = "--frontier\r\nContent-Disposition: form-data; name=\"x\"; filename=\"x\"\r\n\r\n";
        MultipartPart large =
                scan(file + "v".repeat(1_100_000) + "\r\n--frontier--").getFirst();
        assertThat(large.size()).isEqualTo(1_100_000);
        assertThat(large.head()).hasSize(4_096);
    }

    private static List<MultipartPart> scan(String body) {
        MultipartScanner scanner = new MultipartScanner(TYPE);
        scanner.feed(bytes(body));
        return scanner.parts();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
