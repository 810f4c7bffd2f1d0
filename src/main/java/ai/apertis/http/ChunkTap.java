package ai.apertis.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.VertxConnection;
import org.jspecify.annotations.Nullable;

/**
 * The short way of an answer's bytes from the decoder of its connection to who reads them, past the handlers and the queue
 * of Vert.x. It is for as long as nothing has to wait: whoever pauses the answer closes the tap first, for good, and all
 * that comes from then on goes the ordinary way. The head and the end of an answer always do (decision 0013).
 */
public final class ChunkTap extends ChannelInboundHandlerAdapter {
    private static final String CODEC = "codec";

    private @Nullable Handler<Buffer> reader;
    private @Nullable ContextInternal context;

    private ChunkTap() {}

    /**
     * The tap of an answer's connection, closed. To be called on its event loop.
     *
     * @param response an answer whose head is there
     * @return null where its bytes can go the ordinary way only, as in HTTP/2 and where they are compressed
     */
    public static @Nullable ChunkTap of(HttpClientResponse response) {
        if (response.version() != HttpVersion.HTTP_1_1
                || response.getHeader(HttpHeaders.CONTENT_ENCODING) != null
                || !(response.request().connection() instanceof VertxConnection connection)) {
            return null;
        }
        ChannelPipeline pipeline = connection.channel().pipeline();
        ChunkTap there = pipeline.get(ChunkTap.class);
        if (there == null && pipeline.get(CODEC) != null) {
            there = new ChunkTap();
            pipeline.addAfter(CODEC, null, there);
        }
        return there;
    }

    /**
     * From now on what comes of this answer goes here. To be called while the answer is read, by the handler of its bytes, so
     * that nothing is left in the queue that would come later.
     *
     * @param chunks given what each read brings, in the caller's context
     */
    public void open(Handler<Buffer> chunks) {
        context = ContextInternal.current();
        reader = chunks;
    }

    /** Lets all that comes go the ordinary way again. */
    public void close() {
        reader = null;
        context = null;
    }

    @Override
    public void channelRead(ChannelHandlerContext wire, Object message) {
        Handler<Buffer> to = reader;
        ContextInternal here = context;
        if (to == null || here == null) {
            wire.fireChannelRead(message);
        } else if (message instanceof LastHttpContent || !(message instanceof HttpContent content)) {
            close();
            wire.fireChannelRead(message);
        } else {
            here.dispatch(BufferInternal.safeBuffer(content.content()), to);
        }
    }
}
