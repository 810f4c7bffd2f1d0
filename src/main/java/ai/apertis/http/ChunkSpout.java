package ai.apertis.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.VertxConnection;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The short way of a stream's bytes to its client's socket, past the handlers and the queue of Vert.x: one piece of memory
 * with the frame of a chunk (RFC 9112, 7.1) around it, which is one system call. It is for as long as the socket takes all;
 * from the first time that it does not, the bytes go the ordinary way, which waits. The head and the end of an answer
 * always do (decision 0013).
 */
public final class ChunkSpout {
    /** Hexadecimal digits of a length, and two line ends. */
    private static final int FRAME_BYTES = 8 + 4;

    /** So often a chunk goes the ordinary way, where it is seen that the connection is in use. */
    private static final long ORDINARY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private @Nullable ChannelHandlerContext wire;
    private long bytes;
    private long ordinaryNanos = System.nanoTime();

    /**
     * The short way to a client, if there is one: a plain connection of HTTP/1.1 whose server does not compress.
     *
     * @param request the client's
     */
    public ChunkSpout(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_1_1
                && request.connection() instanceof VertxConnection connection
                && !connection.isSsl()) {
            ChannelPipeline pipeline = connection.channel().pipeline();
            wire = pipeline.get("deflater") == null ? pipeline.firstContext() : null;
        }
    }

    /**
     * Writes a chunk. To be called on the connection's event loop, for a chunked answer whose head has been written.
     *
     * @param chunk not empty; copied
     * @return false when it was not written, and is to go the ordinary way
     */
    public boolean write(Buffer chunk) {
        ChannelHandlerContext to = wire;
        if (to == null) {
            return false;
        }
        if (!to.channel().isWritable()) {
            wire = null;
            return false;
        }
        long now = System.nanoTime();
        if (now - ordinaryNanos > ORDINARY_NANOS) {
            ordinaryNanos = now;
            return false;
        }
        ByteBuf content = ((BufferInternal) chunk).getByteBuf();
        int length = content.readableBytes();
        ByteBuf framed = to.alloc().directBuffer(length + FRAME_BYTES);
        writeHex(framed, length);
        writeLineEnd(framed);
        framed.writeBytes(content, content.readerIndex(), length);
        writeLineEnd(framed);
        bytes += length;
        // True in any case: a failed write fails the connection, and that the stream.
        return to.writeAndFlush(framed, to.voidPromise()).isVoid();
    }

    /** The content that went this way, in bytes; the connection's own count knows nothing of it. */
    public long bytes() {
        return bytes;
    }

    private static void writeHex(ByteBuf out, int value) {
        int shift = (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(value | 1)) & ~3;
        for (; shift >= 0; shift -= 4) {
            out.writeByte(Character.forDigit(value >>> shift & 0xF, 16));
        }
    }

    private static void writeLineEnd(ByteBuf out) {
        out.writeShort('\r' << 8 | '\n');
    }
}
