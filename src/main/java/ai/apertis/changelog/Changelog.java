package ai.apertis.changelog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All entries, pinned ones first, then newest first. */
public final class Changelog {
    private static final Comparator<ChangelogEntry> ORDER = Comparator.comparing((ChangelogEntry one) -> !one.pinned())
            .thenComparing(ChangelogEntry::date, Comparator.reverseOrder())
            .thenComparing(one -> numbers(one.version()), (one, other) -> Arrays.compare(other, one));

    private final List<ChangelogEntry> entries;

    /**
     * A changelog.
     *
     * @param entries in any order
     * @throws IllegalArgumentException when two have the same version
     */
    public Changelog(List<ChangelogEntry> entries) {
        Set<String> versions = new HashSet<>();
        for (ChangelogEntry entry : entries) {
            if (!versions.add(entry.version())) {
                throw new IllegalArgumentException("two entries of the changelog are called " + entry.version());
            }
        }
        this.entries = entries.stream().sorted(ORDER).toList();
    }

    /**
     * The entries that this build was shipped with: those that {@code index.txt} names, since what is inside of an archive
     * cannot be listed.
     *
     * @return never empty
     * @throws IllegalArgumentException naming the file that is broken
     */
    public static Changelog shipped() {
        return new Changelog(text("index.txt")
                .lines()
                .filter(line -> !line.isBlank())
                .map(name -> FrontMatter.read(name, text(name)))
                .toList());
    }

    private static String text(String name) {
        try (InputStream file = Changelog.class.getResourceAsStream("/changelog/" + name)) {
            if (file == null) {
                throw new IllegalArgumentException("changelog/" + name + " is missing");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
    }

    /**
     * The entries in order.
     *
     * @param category only of this kind; null for all
     * @return pinned first, then newest first
     */
    public List<ChangelogEntry> entries(@Nullable Category category) {
        return category == null
                ? entries
                : entries.stream().filter(one -> one.category() == category).toList();
    }

    /**
     * One entry.
     *
     * @param version its permanent name
     * @return empty when there is none of that name
     */
    public Optional<ChangelogEntry> entry(String version) {
        return entries.stream().filter(one -> one.version().equals(version)).findFirst();
    }
}
