package ai.apertis.ingress;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClientRequest;
import org.jspecify.annotations.Nullable;

/**
 * A client's body while it is too early to send it on: a small one in memory, a larger one in a file that has no name any
 * more once it is open, so that nothing is left of it whatever happens to the process. Lives on one event loop; the file is
 * written and read off it.
 */
final class Spool {
    private static final int KEPT_BYTES = 256 * 1024;
    private static final int PIECE_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final Promise<Void> written = Promise.promise();
    private Buffer memory = Buffer.buffer();
    private @Nullable AsyncFile file;
    private @Nullable Throwable failure;
    private long size;
    private int pending;
    private boolean complete;
    private boolean closed;

    Spool(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Takes more.
     *
     * @param chunk the next bytes
     * @param whenReady run once when more can be taken, which may be at once
     */
    void add(Buffer chunk, Runnable whenReady) {
        size += chunk.length();
        AsyncFile open = file;
        if (open != null) {
            write(open, chunk);
            if (open.writeQueueFull()) {
                open.drainHandler(drained -> whenReady.run());
            } else {
                whenReady.run();
            }
            return;
        }
        memory.appendBuffer(chunk);
        if (memory.length() <= KEPT_BYTES || failure != null) {
            whenReady.run();
        } else {
            open(whenReady);
        }
    }

    private void open(Runnable whenReady) {
        pending++;
        OpenOptions readAndWrite =
                new OpenOptions().setRead(true).setWrite(true).setDeleteOnClose(true);
        vertx.fileSystem()
                .createTempFile("apertis", ".upload")
                .compose(path -> vertx.fileSystem().open(path, readAndWrite))
                .onComplete(opened -> {
                    if (opened.failed()) {
                        failure = opened.cause();
                    } else if (closed) {
                        opened.result().close();
                    } else {
                        file = opened.result();
                        write(opened.result(), memory);
                        memory = Buffer.buffer();
                    }
                    settled(null);
                    whenReady.run();
                });
    }

    private void write(AsyncFile open, Buffer chunk) {
        pending++;
        open.write(chunk).onComplete(done -> settled(done.cause()));
    }

    private void settled(@Nullable Throwable cause) {
        pending--;
        failure = failure == null ? cause : failure;
        finishWhenWritten();
    }

    /**
     * All has been added.
     *
     * @return completes when it can be sent; fails when it could not be kept
     */
    Future<Void> complete() {
        complete = true;
        finishWhenWritten();
        return written.future();
    }

    private void finishWhenWritten() {
        if (!complete || pending > 0) {
            return;
        }
        if (failure != null) {
            written.tryFail(failure);
        } else {
            written.tryComplete();
        }
    }

    /** How much there is, in bytes. */
    long size() {
        return size;
    }

    /**
     * Sends a range of it, piece by piece as the other side takes them.
     *
     * @param from offset of the first byte
     * @param to offset after the last
     * @param out takes the bytes
     */
    Future<Void> send(long from, long to, HttpClientRequest out) {
        AsyncFile open = file;
        if (from >= to) {
            return Future.succeededFuture();
        }
        if (open == null) {
            return out.write(memory.slice((int) from, (int) to));
        }
        int length = (int) Math.min(PIECE_BYTES, to - from);
        return open.read(Buffer.buffer(length), 0, from, length)
                .compose(out::write)
                .compose(sent -> send(from + length, to, out));
    }

    /** Nothing of it is needed any more. */
    void close() {
        closed = true;
        if (file != null) {
            file.close();
        }
    }
}
