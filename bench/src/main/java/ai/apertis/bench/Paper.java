package ai.apertis.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A report that is read as it comes to be, and kept. */
final class Paper {
    private final StringBuilder text = new StringBuilder();

    /** A line, formatted where there are values for it. */
    void say(String format, Object... values) {
        String line = values.length == 0 ? format : format.formatted(values);
        System.out.println(line);
        text.append(line).append('\n');
    }

    /** Writes it to {@code results} under a name. */
    void keep(String name) throws IOException {
        Path file = Path.of("results", name + ".md");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        System.out.println("written: " + file.toAbsolutePath());
    }
}
