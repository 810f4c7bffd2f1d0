package ai.apertis.crash;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;

/**
 * The gateway as one jar with an archive of its classes (JEP 350), made once for all gateways that this JVM starts: such a start
 * takes two thirds of the processor time of one that reads and verifies every class anew. What runs is the same. An archive needs
 * jars, so that the folder of compiled classes is packed; and a JVM that finds no archive, or one that does not fit, goes without.
 */
final class Packed {
    private static final Path FOLDER = Path.of("target", "packed").toAbsolutePath();
    private static final Path ARCHIVE =
            FOLDER.resolve("gateway-" + ProcessHandle.current().pid() + ".jsa");
    private static final String CLASS_PATH = pack();

    private static boolean made;

    private Packed() {}

    /** What runs a gateway, without the classes of tests. */
    static String classPath() {
        return CLASS_PATH;
    }

    /** The flags of a JVM that reads the archive, if there is one. */
    static List<String> reading() {
        return Files.exists(ARCHIVE) ? List.of("-XX:SharedArchiveFile=" + ARCHIVE) : List.of();
    }

    /** The flags of a JVM that writes it when it ends in good order. */
    static List<String> writing() {
        return List.of("-XX:ArchiveClassesAtExit=" + ARCHIVE);
    }

    /** Has the archive written by a gateway that starts and stops for it, unless that was done before. */
    static synchronized void write(Runnable startAndStop) {
        if (!made) {
            made = true;
            startAndStop.run();
            ARCHIVE.toFile().deleteOnExit();
        }
    }

    private static String pack() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> !Files.isDirectory(entry) || Files.exists(entry.resolve("ai/apertis/Main.class")))
                .map(entry -> Files.isDirectory(entry) ? jar(entry) : entry)
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Path jar(Path classes) {
        try (Stream<Path> files = Files.walk(classes)) {
            Files.createDirectories(FOLDER);
            Path jar = FOLDER.resolve("gateway-" + ProcessHandle.current().pid() + ".jar");
            jar.toFile().deleteOnExit();
            try (OutputStream out = Files.newOutputStream(jar);
                    JarOutputStream entries = new JarOutputStream(out)) {
                entries.setLevel(Deflater.BEST_SPEED);
                for (Path file : files.filter(each -> !each.equals(classes)).toList()) {
                    String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
                    // Folders too: by theirs the migrations of the schema are found.
                    boolean folder = Files.isDirectory(file);
                    entries.putNextEntry(new ZipEntry(folder ? name + '/' : name));
                    if (!folder) {
                        Files.copy(file, entries);
                    }
                    entries.closeEntry();
                }
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
