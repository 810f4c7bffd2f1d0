package ai.apertis.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The line between one gateway and PostgreSQL. It understands nothing of what passes, but can look for some bytes in it,
 * and stop the connection before or after they get there.
 */
final class Wire implements AutoCloseable {
    /** How the line is. */
    enum State {
        /** As if it were not there. */
        SOUND,
        /** New connections are refused, open ones were cut. */
        REFUSED,
        /** Nothing passes any more and nobody is told, as when a host vanishes. */
        SWALLOWED
    }

    /**
     * Where to stop a connection.
     *
     * @param bytes what a message to the server contains
     * @param afterwards whether the message still passes and only its answer does not
     */
    record Stop(String bytes, boolean afterwards, CountDownLatch reached) {
        static Stop before(String bytes) {
            return new Stop(bytes, false, new CountDownLatch(1));
        }

        static Stop after(String bytes) {
            return new Stop(bytes, true, new CountDownLatch(1));
        }
    }

    private final ServerSocket door;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final String host;
    private volatile int target;
    private volatile State state = State.SOUND;
    private volatile @Nullable Stop stop;

    Wire(String host, int target) {
        this.host = host;
        this.target = target;
        try {
            door = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** The server has moved. */
    void retarget(int port) {
        target = port;
    }

    /** Stops the first connection that says this. */
    void stopAt(Stop where) {
        stop = where;
    }

    void become(State next) {
        state = next;
        if (next == State.REFUSED) {
            cut();
        }
    }

    /** What hung in the line is gone for good: connections break and new ones are sound. */
    void mend() {
        stop = null;
        cut();
        state = State.SOUND;
    }

    private void cut() {
        List.copyOf(sockets).forEach(Wire::close);
        sockets.removeIf(Socket::isClosed);
    }

    private void accept() {
        try {
            while (true) {
                Socket near = door.accept();
                if (state == State.REFUSED) {
                    close(near);
                } else {
                    Thread.ofVirtual().start(() -> join(near));
                }
            }
        } catch (IOException closed) {
            cut();
        }
    }

    private void join(Socket near) {
        sockets.add(near);
        if (state == State.SWALLOWED) {
            return;
        }
        try {
            Socket far = new Socket(InetAddress.getAllByName(host)[0], target);
            far.setTcpNoDelay(true);
            near.setTcpNoDelay(true);
            sockets.add(far);
            Line line = new Line(near, far);
            Thread.ofVirtual().start(line::answers);
            line.questions();
        } catch (IOException gone) {
            close(near);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    /** One connection. */
    private final class Line {
        private final Socket near;
        private final Socket far;
        private volatile boolean deaf;

        Line(Socket near, Socket far) {
            this.near = near;
            this.far = far;
        }

        void questions() {
            pump(near, far, true);
        }

        void answers() {
            pump(far, near, false);
        }

        private void pump(Socket from, Socket to, boolean question) {
            byte[] buffer = new byte[1 << 16];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (state == State.SWALLOWED) {
                        continue;
                    }
                    boolean passes = question ? passes(buffer, n) : !deaf;
                    if (passes) {
                        out.write(buffer, 0, n);
                    }
                }
            } catch (IOException gone) {
                // The other side is told below.
            }
            if (state != State.SWALLOWED) {
                close(near);
                close(far);
            }
        }

        /** Whether a question may pass. One that was stopped stays stopped, and its connection says nothing more. */
        private boolean passes(byte[] buffer, int n) {
            Stop where = stop;
            if (deaf) {
                return false;
            }
            if (where == null || !new String(buffer, 0, n, StandardCharsets.ISO_8859_1).contains(where.bytes())) {
                return true;
            }
            deaf = true;
            stop = null;
            where.reached().countDown();
            return where.afterwards();
        }
    }
}
