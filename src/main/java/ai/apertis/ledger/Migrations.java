package ai.apertis.ledger;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** The migrations that this version of the gateway brings, as Flyway's history of a schema names them. */
final class Migrations {
    private static final String FOLDER = "db/migration/";
    private static final Pattern VERSIONED = Pattern.compile("V(\\d+)__\\w+\\.sql");

    private Migrations() {}

    /**
     * All of them.
     *
     * @return checksums by version; empty when it cannot be told, which leaves the schema to Flyway
     */
    static Map<String, Integer> shipped() {
        try {
            Map<String, Integer> checksums = new TreeMap<>();
            for (String name : names()) {
                Matcher versioned = VERSIONED.matcher(name);
                if (!versioned.matches()) {
                    return Map.of();
                }
                checksums.put(versioned.group(1), checksum(name));
            }
            return checksums;
        } catch (IOException | RuntimeException e) {
            return Map.of();
        }
    }

    private static List<String> names() throws IOException {
        URL folder = Migrations.class.getResource("/" + FOLDER);
        if (folder == null) {
            return List.of();
        }
        URLConnection connection = folder.openConnection();
        if (connection instanceof JarURLConnection jar) {
            return jar.getJarFile().stream()
                    .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(FOLDER))
                    .map(entry -> entry.getName().substring(FOLDER.length()))
                    .toList();
        }
        try (Stream<Path> files = Files.list(Path.of(URI.create(folder.toString())))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** As Flyway has it: the CRC-32 of the lines without their ends. */
    private static int checksum(String name) throws IOException {
        CRC32 sum = new CRC32();
        try (InputStream file = Migrations.class.getResourceAsStream("/" + FOLDER + name);
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(Objects.requireNonNull(file), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                sum.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return (int) sum.getValue();
    }
}
