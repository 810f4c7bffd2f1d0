package ai.apertis.billing;

import ai.apertis.ledger.Await;
import ai.apertis.ledger.DatabaseUrl;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A TCP proxy in front of PostgreSQL that can be cut and mended, and can swallow answers. */
final class Cut implements AutoCloseable {
    private volatile DatabaseUrl target;
    private final NetServer server;
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private volatile boolean deaf;
    private volatile @Nullable String deafFrom;

    Cut(Vertx vertx, DatabaseUrl target) {
        this.target = target;
        var client = vertx.createNetClient();
        server = vertx.createNetServer().connectHandler(near -> {
            if (cut) {
                near.close();
                return;
            }
            sockets.add(near);
            near.pause();
            client.connect(this.target.port(), this.target.host())
                    .onFailure(e -> near.close())
                    .onSuccess(far -> {
                        sockets.add(far);
                        near.closeHandler(gone -> far.close());
                        far.closeHandler(gone -> near.close());
                        near.handler(question -> {
                            String word = deafFrom;
                            if (word != null
                                    && question.toString(StandardCharsets.ISO_8859_1)
                                            .contains(word)) {
                                deaf = true;
                            }
                            far.write(question);
                        });
                        far.handler(answer -> {
                            if (!deaf) {
                                near.write(answer);
                            }
                        });
                        near.resume();
                    });
        });
        Await.get(server.listen(0, "localhost"));
    }

    DatabaseUrl url() {
        return target.withAddress("localhost", server.actualPort());
    }

    /** What is behind the proxy has moved. */
    void retarget(DatabaseUrl moved) {
        target = moved;
    }

    void cut() {
        cut = true;
        sockets.forEach(NetSocket::close);
        sockets.clear();
    }

    void mend() {
        deafFrom = null;
        deaf = false;
        cut = false;
    }

    void loseNextAnswers() {
        deaf = true;
    }

    /** The next question that holds a word reaches the server; neither its answer nor any later one comes back. */
    void loseAnswersFrom(String word) {
        deafFrom = word;
    }

    @Override
    public void close() {
        Await.get(server.close());
    }
}
