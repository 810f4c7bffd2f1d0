package ai.apertis.dialect.tasks;

import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.http.MultipartPart;
import ai.apertis.money.Prices;
import ai.apertis.money.Usage;
import java.util.List;

/** {@code POST /v1/images/edits} as a form with the images in it. */
public final class ImageEditForm extends FormTask {
    private final ImageFields images;
    private final int read;

    private ImageEditForm(Form form, int read) {
        super(ModelKind.IMAGE, form);
        this.read = read;
        this.images = new ImageFields(
                form.number("n", 1, 1, ImageTask.MOST_IMAGES),
                form.text("quality"),
                form.text("size"),
                form.number("partial_images", 0, 0, ImageTask.MOST_PARTIALS));
    }

    /**
     * Reads and checks a form.
     *
     * @param parts its parts
     * @return the request
     * @throws ai.apertis.dialect.ApiException a 400 that names the parameter at fault
     */
    public static ImageEditForm read(List<MultipartPart> parts) {
        Form form = new Form(parts);
        int images = form.files("image").size();
        if (images == 0) {
            throw ApiError.missingParameter("image").exception();
        }
        if (form.text("prompt").isEmpty()) {
            throw ApiError.missingParameter("prompt").exception();
        }
        return new ImageEditForm(form, images + form.files("mask").size());
    }

    @Override
    public Usage most() {
        return images.most(input().tokensFromAbove(), read);
    }

    @Override
    public Prices priced(Prices prices) {
        return images.priced(prices);
    }

    @Override
    public Bridge bridge(Target target) {
        Task.needsOpenAi(target);
        return new TaskBridge(
                "/images/edits",
                new byte[0],
                body -> ImageTask.answer(body, most()),
                () -> ImageTask.passage(images.count(), most()));
    }
}
