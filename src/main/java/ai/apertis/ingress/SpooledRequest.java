package ai.apertis.ingress;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ByteMeter;
import ai.apertis.dialect.ForwardedRequest;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.dialect.tasks.FormEdit;
import ai.apertis.dialect.tasks.FormTask;
import ai.apertis.dispatch.Upload;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A form that waits in a spool, and is sent from there as often as attempts are made. */
final class SpooledRequest extends ForwardedRequest {
    private final FormTask task;
    private final Spool spool;
    private final String contentType;

    /**
     * A form.
     *
     * @param task what it asks for
     * @param spool keeps its bytes
     * @param contentType names its boundary
     */
    SpooledRequest(FormTask task, Spool spool, String contentType) {
        super(task);
        this.task = task;
        this.spool = spool;
        this.contentType = contentType;
    }

    @Override
    public Bridge bridge(Target target) {
        return new SpooledBridge(task.bridge(target), task.edits(target));
    }

    /** The form as the client sent it, edited on its way from the spool to the provider. */
    private final class SpooledBridge implements Upload {
        private final Bridge answers;
        private final List<FormEdit> edits;

        private SpooledBridge(Bridge answers, List<FormEdit> edits) {
            this.answers = answers;
            this.edits = edits;
        }

        @Override
        public String contentType() {
            return contentType;
        }

        @Override
        public Future<HttpClientResponse> send(HttpClientRequest request) {
            long length = spool.size();
            for (FormEdit edit : edits) {
                length += Buffer.buffer(edit.with()).length() - (edit.to() - edit.from());
            }
            request.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
            Future<Void> sent = Future.succeededFuture();
            long at = 0;
            for (FormEdit edit : edits) {
                long from = at;
                sent = sent.compose(done -> spool.send(from, edit.from(), request));
                if (!edit.with().isEmpty()) {
                    sent = sent.compose(done -> request.write(Buffer.buffer(edit.with())));
                }
                at = edit.to();
            }
            long rest = at;
            sent.compose(done -> spool.send(rest, spool.size(), request))
                    .compose(done -> request.end())
                    .onFailure(broken -> {
                        // A provider may have answered before it had read all.
                        if (!request.response().isComplete()) {
                            request.reset();
                        }
                    });
            return request.response();
        }

        @Override
        public String path() {
            return answers.path();
        }

        @Override
        public byte[] body() {
            return answers.body();
        }

        @Override
        public @Nullable ByteMeter meter() {
            return answers.meter();
        }

        @Override
        public boolean mayAnswerWhole() {
            return answers.mayAnswerWhole();
        }

        @Override
        public WholeAnswer answer(byte[] body) {
            return answers.answer(body);
        }

        @Override
        public Passage passage() {
            return answers.passage();
        }

        @Override
        public ApiError error(int status, byte[] body) {
            return answers.error(status, body);
        }
    }
}
