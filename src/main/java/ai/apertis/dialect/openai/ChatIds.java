package ai.apertis.dialect.openai;

import java.util.UUID;

/** Ids for answers whose provider gave none. */
final class ChatIds {
    private ChatIds() {}

    static String next() {
        return "chatcmpl-" + UUID.randomUUID().toString().replace("-", "");
    }
}
