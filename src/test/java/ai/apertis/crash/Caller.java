package ai.apertis.crash;

import ai.apertis.upstream.Voice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client on a socket of its own, so that it can leave as it likes and sees what really came. */
final class Caller {
    private static final int PATIENCE_MILLIS = 40_000;
    private static final Pattern STATUS = Pattern.compile("^HTTP/1.1 (\\d{3}) ");
    /** The last chunk, and the trailers that may follow it. */
    private static final Pattern LAST_CHUNK = Pattern.compile("(?:^|\r\n)0\r\n(?:[^\r\n]+\r\n)*\r\n\\z");

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

    /** How a client leaves. */
    enum Leaving {
        /** Reads to the end. */
        NOT,
        /** Closes its socket in good order. */
        FIN,
        /** Closes it with a reset. */
        RST,
        /** Says and reads nothing more, and closes when told to. */
        SILENCE
    }

    /**
     * What a client got.
     *
     * @param status the HTTP status, 0 when not even that came
     * @param head the status line and headers
     * @param body what came of the body
     * @param complete whether the body came to its end by the rules of HTTP
     */
    record Got(int status, String head, String body, boolean complete) {
        /** Whether the answer came to its own end, successfully. */
        boolean finished(Voice voice, boolean stream) {
            return status == 200
                    && complete
                    && !body.contains("\"error\":{")
                    && (!stream || body.contains(voice.end()));
        }

        /** Whether anything of an answer came. */
        boolean served() {
            return status == 200 && !body.isEmpty();
        }

        String header(String name) {
            Matcher found =
                    Pattern.compile("(?i)\r\n" + name + ": ([^\r]*)\r\n").matcher(head);
            return found.find() ? found.group(1) : "";
        }
    }

    private final int port;
    private final String key;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final CountDownLatch hungUp = new CountDownLatch(1);

    Caller(int port, String key) {
        this.port = port;
        this.key = key;
    }

    /** Asks and reads what comes, until the end or until the connection breaks. */
    Got ask(String path, String body) {
        return ask(path, body, Leaving.NOT, Integer.MAX_VALUE);
    }

    /** The same, but leaves after so many chunks of the script's text; 0 is at once. */
    Got ask(String path, String body, Leaving leaving, int afterChunks) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream()
                    .write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                                    + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length
                                    + "\r\n\r\n"
                                    + body)
                            .getBytes(StandardCharsets.UTF_8));
            listen(socket, leaving, afterChunks);
        } catch (IOException broken) {
            // What came until then is the answer.
        }
        return got();
    }

    /** Ends the silence. */
    void hangUp() {
        hungUp.countDown();
    }

    /** What came so far, for looking at a request while it runs. */
    Got got() {
        String all;
        synchronized (read) {
            all = read.toString(StandardCharsets.UTF_8);
        }
        int split = all.indexOf("\r\n\r\n");
        Matcher status = STATUS.matcher(all);
        if (split < 0 || !status.find()) {
            return new Got(0, "", "", false);
        }
        String head = all.substring(0, split + 4);
        String body = all.substring(split + 4);
        Matcher length = LENGTH.matcher(head);
        boolean complete = length.find()
                ? body.getBytes(StandardCharsets.UTF_8).length >= Integer.parseInt(length.group(1))
                : LAST_CHUNK.matcher(body).find();
        return new Got(Integer.parseInt(status.group(1)), head, body, complete);
    }

    /** How many chunks of the script's text came so far. */
    int chunks() {
        return got().body().split(Pattern.quote(Script.CHUNK), -1).length - 1;
    }

    private void awaitHangUp() {
        try {
            hungUp.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void listen(Socket socket, Leaving leaving, int afterChunks) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[16_384];
        while (!got().complete()) {
            if (leaving != Leaving.NOT && chunks() >= afterChunks) {
                if (leaving == Leaving.RST) {
                    socket.setSoLinger(true, 0);
                } else if (leaving == Leaving.SILENCE) {
                    awaitHangUp();
                }
                return;
            }
            int n = in.read(buffer);
            if (n < 0) {
                return;
            }
            synchronized (read) {
                read.write(buffer, 0, n);
            }
        }
    }
}
