package ai.apertis.config;

import ai.apertis.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads the configuration: the environment, and the file that {@code APERTIS_CONFIG} names, else
 * {@code conf/apertis.yaml} in the working directory, else the same file as it was shipped.
 */
public final class ConfigLoader {
    private static final String SHIPPED = "conf/apertis.yaml";
    private static final int VERSION_HEX_DIGITS = 12;

    private final Map<String, String> environment;
    private final Path workingDirectory;

    /**
     * A loader for one environment.
     *
     * @param environment the variables, {@code System.getenv()} but in tests
     * @param workingDirectory what relative names of files are resolved against
     */
    public ConfigLoader(Map<String, String> environment, Path workingDirectory) {
        this.environment = Map.copyOf(environment);
        this.workingDirectory = workingDirectory;
    }

    /**
     * Reads and checks everything.
     *
     * @return the configuration
     * @throws ConfigException naming every problem, with file, line and column or variable, when there is one
     */
    public Config load() throws ConfigException {
        String named = environment.getOrDefault("APERTIS_CONFIG", "").strip();
        String file = named.isEmpty() ? SHIPPED : named;
        Problems problems = new Problems(file);
        Environment where = new EnvironmentReader(environment, problems).read();
        Reading reading = new Reading(problems, new Substitution(environment));
        @Nullable String text = named.isEmpty() ? shipped(problems) : named(named, problems);
        @Nullable Config config = text == null ? null : parse(text, file, where, reading);
        problems.throwIfAny();
        if (config == null) {
            throw new IllegalStateException("no configuration and no problem");
        }
        return config;
    }

    /**
     * The file that is read.
     *
     * @return its path, whether it is there or not: without it, the one of the jar is read, or none
     */
    public Path file() {
        String named = environment.getOrDefault("APERTIS_CONFIG", "").strip();
        return workingDirectory.resolve(named.isEmpty() ? SHIPPED : named);
    }

    private @Nullable String named(String name, Problems problems) {
        try {
            return content(workingDirectory.resolve(name), problems);
        } catch (InvalidPathException notAPath) {
            problems.variable("APERTIS_CONFIG", "not a path: \"" + name + "\"");
        } catch (NoSuchFileException absent) {
            problems.variable("APERTIS_CONFIG", "no such file: \"" + name + "\"");
        }
        return null;
    }

    private @Nullable String shipped(Problems problems) {
        try {
            return content(workingDirectory.resolve(SHIPPED), problems);
        } catch (NoSuchFileException absent) {
            return packaged(problems);
        }
    }

    /** The file as it is packed into the jar, for a process started anywhere. */
    private static @Nullable String packaged(Problems problems) {
        try (InputStream in = ConfigLoader.class.getResourceAsStream("/" + SHIPPED)) {
            if (in != null) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException unreadable) {
            // Told below: either way there is no file to read.
        }
        problems.file("no such file");
        return null;
    }

    private static @Nullable String content(Path file, Problems problems) throws NoSuchFileException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException absent) {
            throw absent;
        } catch (CharacterCodingException notUtf8) {
            problems.file("not UTF-8 text");
        } catch (IOException unreadable) {
            problems.file(Files.isDirectory(file) ? "is a directory" : "cannot be read");
        }
        return null;
    }

    private static @Nullable Config parse(String text, String file, Environment where, Reading reading) {
        try {
            Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
            if (root instanceof MappingNode mapping) {
                return new ConfigReader(reading).read(file, version(text), where, mapping);
            }
            reading.problems().file("expected a mapping with providers and models");
        } catch (MarkedYAMLException broken) {
            reading.problems().at(broken.getProblemMark(), "", "not YAML: " + broken.getProblem());
        } catch (YAMLException broken) {
            reading.problems().file("not YAML: " + firstLine(broken));
        }
        return null;
    }

    private static String version(String text) {
        return Sha256.hex(text, VERSION_HEX_DIGITS);
    }

    private static String firstLine(YAMLException broken) {
        String message = broken.getMessage();
        return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
    }
}
