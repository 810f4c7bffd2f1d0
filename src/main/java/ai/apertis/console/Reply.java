package ai.apertis.console;

import ai.apertis.ingress.Exchange;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a page's handler answers with. */
public sealed interface Reply {
    /**
     * A page.
     *
     * @param status the HTTP status
     * @param template its file in {@code src/main/jte}, without the ending
     * @param title the page's own, without the product's name
     * @param description one sentence
     * @param view what the template shows, its parameter {@code view}
     */
    record Shown(int status, String template, String title, String description, Object view) implements Reply {}

    /**
     * Another page to go to, after a form was taken (303).
     *
     * @param path on this site
     * @param cookies {@code Set-Cookie} headers
     */
    record Elsewhere(String path, List<String> cookies) implements Reply {
        /** Refuses anything that could lead to another site. */
        public Elsewhere {
            if (!Visit.isLocal(path)) {
                throw new IllegalArgumentException("not a path of this site");
            }
            cookies = List.copyOf(cookies);
        }
    }

    /**
     * The page of an OpenID provider to log in at (303). Where that is comes from the configuration and never from a visitor.
     *
     * @param url the provider's, with what it is asked
     * @param cookies {@code Set-Cookie} headers
     */
    record Provider(String url, List<String> cookies) implements Reply {
        /** Copies the list. */
        public Provider {
            cookies = List.copyOf(cookies);
        }
    }

    /**
     * Something that is no page: data for a script, a file.
     *
     * @param type its media type
     * @param headers further ones
     * @param body what it is
     */
    record Data(String type, Map<String, String> headers, Buffer body) implements Reply {
        /** Copies the headers. */
        public Data {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Something that is written bit by bit: a long file, events.
     *
     * @param type its media type
     * @param headers further ones
     * @param writer writes it, heeding back-pressure; the response is ended when its future is complete, and cut when it failed
     */
    record Stream(String type, Map<String, String> headers, Function<HttpServerResponse, Future<Void>> writer)
            implements Reply {
        /** Copies the headers. */
        public Stream {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * An answer that another part of the house writes.
     *
     * @param to takes the exchange over, and ends it
     */
    record Handed(Consumer<Exchange> to) implements Reply {}

    /**
     * A page.
     *
     * @param template its file in {@code src/main/jte}, without the ending
     * @param title the page's own, without the product's name
     * @param description one sentence
     * @param view what the template shows
     * @return answered with 200
     */
    static Reply page(String template, String title, String description, Object view) {
        return new Shown(200, template, title, description, view);
    }

    /**
     * Another page to go to.
     *
     * @param path on this site
     * @return answered with 303
     * @throws IllegalArgumentException when the path leads elsewhere
     */
    static Reply to(String path) {
        return new Elsewhere(path, List.of());
    }

    /**
     * A page with a form that has to be filled in again.
     *
     * @param status 400 to 499
     * @param template its file in {@code src/main/jte}, without the ending
     * @param title the page's own, without the product's name
     * @param view what the template shows
     * @return the page with what was wrong
     */
    static Reply again(int status, String template, String title, Object view) {
        return new Shown(status, template, title, title, view);
    }
}
