package ai.apertis.billing;

import ai.apertis.ledger.Await;
import ai.apertis.ledger.DatabaseUrl;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP proxy in front of PostgreSQL that can be cut and mended, and can swallow answers. */
final class Cut implements AutoCloseable {
    private volatile DatabaseUrl target;
    private final NetServer server;
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private volatile boolean deaf;

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
                        near.handler(far::write);
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
        deaf = false;
        cut = false;
    }

    void loseNextAnswers() {
        deaf = true;
    }

    @Override
    public void close() {
        Await.get(server.close());
    }
}
