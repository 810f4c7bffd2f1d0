package ai.apertis.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The letters of {@code letters.txt}, set in a line. */
final class Letters {
    private static final double PEN = 11;
    private static final double SPACE = 28;

    /** A letter: how far to the next one, and its lines as an SVG path. */
    private record Letter(double advance, String path) {}

    private final Map<Character, Letter> letters;

    private Letters(Map<Character, Letter> letters) {
        this.letters = letters;
    }

    /** Reads them. */
    static Letters read(Path file) throws IOException {
        Map<Character, Letter> letters = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.startsWith("#") && !line.isBlank()) {
                String[] parts = line.split(" ", 3);
                letters.put(parts[0].charAt(0), new Letter(Double.parseDouble(parts[1]), parts[2]));
            }
        }
        return new Letters(letters);
    }

    /**
     * A line of text.
     *
     * @param size how many times larger than the letters are drawn, at most
     * @param width where it has to end, in units of the whole drawing: a longer text is made smaller
     * @return a group of paths that begins at 0 on the base line, to be moved and given the colour of its lines
     */
    String set(String text, double size, double width) {
        StringBuilder line = new StringBuilder();
        double x = PEN / 2;
        for (char sign : text.toCharArray()) {
            if (sign == ' ') {
                x += SPACE;
                continue;
            }
            Letter letter = letters.get(sign);
            if (letter == null) {
                throw new IllegalArgumentException("letters.txt has no '" + sign + "' for '" + text + "'");
            }
            line.append(
                    String.format(Locale.ROOT, "<path transform=\"translate(%.1f 0)\" d=\"%s\"/>", x, letter.path()));
            x += letter.advance();
        }
        return String.format(
                Locale.ROOT,
                "<g transform=\"scale(%.3f)\" fill=\"none\" stroke-width=\"%.0f\" stroke-linecap=\"round\""
                        + " stroke-linejoin=\"round\">%s</g>",
                Math.min(size, width / x),
                PEN,
                line);
    }
}
