package ai.apertis.build;

/** The picture that others show beside a link to a page: the mark, the name and what kind of page it is. */
final class Preview {
    /** Pixels, as Open Graph's readers ask for. */
    static final int WIDTH = 1200;

    static final int HEIGHT = 630;

    private static final double MARGIN = 80;
    private static final double NAME_SIZE = 0.86;
    private static final double TITLE_SIZE = 1.55;

    private final String template;
    private final Letters letters;

    /** Previews by a template. */
    Preview(String template, Drawing mark, Letters letters) {
        this.template = template.replace("{mark}", mark.at(0, 0, 1))
                .replace("{name}", letters.set("Apertis", NAME_SIZE, WIDTH));
        this.letters = letters;
    }

    /** The preview with this title. */
    Drawing of(String title) {
        return new Drawing(template.replace("{title}", letters.set(title, TITLE_SIZE, WIDTH - 2 * MARGIN)));
    }
}
