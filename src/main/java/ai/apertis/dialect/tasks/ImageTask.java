package ai.apertis.dialect.tasks;

import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Params;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.money.Prices;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;

/** {@code POST /v1/images/generations}, and {@code /v1/images/edits} when it comes as JSON. */
public final class ImageTask extends Task {
    static final int MOST_IMAGES = 10;
    static final int MOST_PARTIALS = 3;

    private final String path;
    private final Reading read;
    private final ImageFields images;

    private ImageTask(String path, JsonBody body, Reading read) {
        super(ModelKind.IMAGE, body, read.model(), read.fallbacks(), read.spending());
        this.path = path;
        this.read = read;
        this.images = new ImageFields(read.count, read.quality, read.size, read.partials);
    }

    /**
     * Reads and checks the body of a generation.
     *
     * @param bytes the request's body
     * @return the request
     * @throws ai.apertis.dialect.ApiException a 400 that names the parameter at fault
     */
    public static ImageTask generation(byte[] bytes) {
        return read("/images/generations", bytes);
    }

    /**
     * Reads and checks the body of an edit.
     *
     * @param bytes the request's body
     * @return the request
     * @throws ai.apertis.dialect.ApiException a 400 that names the parameter at fault
     */
    public static ImageTask edit(byte[] bytes) {
        return read("/images/edits", bytes);
    }

    private static ImageTask read(String path, byte[] bytes) {
        Reading reading = new Reading();
        JsonBody body = JsonBody.read(bytes, reading);
        if (!reading.promptSeen) {
            throw ApiError.missingParameter("prompt").exception();
        }
        return new ImageTask(path, body, reading);
    }

    @Override
    public boolean stream() {
        return read.stream;
    }

    @Override
    public Usage most() {
        return images.most(Math.min(input().tokensFromAbove(), read.promptBytes + 32L), read.images);
    }

    @Override
    public Prices priced(Prices prices) {
        return images.priced(prices);
    }

    @Override
    public Bridge bridge(Target target) {
        needsOpenAi(target);
        return new TaskBridge(path, passed(target), this::answer, () -> passage(images.count(), most()));
    }

    private WholeAnswer answer(byte[] body) {
        return answer(body, most());
    }

    /** Reads an answer, which says what it used or is taken to have used the most. */
    static WholeAnswer answer(byte[] body, Usage most) {
        TaskAnswer told = TaskAnswer.read(body, Set.of("data"));
        Usage usage = told.usage().isObject() ? TaskUsage.images(told.usage(), told.items()) : null;
        return WholeAnswer.of(
                body,
                usage == null ? most.withMedia(told.items(), most.media()).asEstimate() : usage,
                new TextSample());
    }

    static TaskPassage passage(int images, Usage most) {
        return new TaskPassage(images, usage -> TaskUsage.images(usage, images), text -> most.asEstimate());
    }

    private static final class Reading extends TaskFields {
        private boolean promptSeen;
        private boolean stream;
        private int promptBytes;
        private int count = 1;
        private int partials;
        private int images;
        private String quality = "";
        private String size = "";

        @Override
        void own(String name, JsonParser json) throws IOException {
            switch (name) {
                case "prompt" -> {
                    promptBytes = text(name, json).length() * 3;
                    promptSeen = true;
                }
                case "stream" -> stream = Params.bool(name, json);
                case "n" -> count = number(name, json, 1, 1, MOST_IMAGES);
                case "partial_images" -> partials = number(name, json, 0, 0, MOST_PARTIALS);
                case "quality" -> quality = orEmpty(name, json);
                case "size" -> size = orEmpty(name, json);
                case "images", "image" -> images(json);
                default -> json.skipChildren();
            }
        }

        private static int number(String name, JsonParser json, int otherwise, int min, int max) throws IOException {
            Long told = Params.integer(name, json, min, max);
            return told == null ? otherwise : told.intValue();
        }

        private static String orEmpty(String name, JsonParser json) throws IOException {
            String told = optionalText(name, json);
            return told == null ? "" : told;
        }

        private void images(JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                images++;
                json.skipChildren();
                return;
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                images++;
                json.skipChildren();
            }
        }
    }
}
