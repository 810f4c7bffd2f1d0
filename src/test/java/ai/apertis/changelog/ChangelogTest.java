package ai.apertis.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The entries that are shipped, and what makes one broken. */
class ChangelogTest {
    private static final String WHOLE = """
            ---
            version: 1.2.3
            date: 2026-11-27
            category: models
            title: Models Added
            description: One more.
            items: [a, "b: c"]
            ---

            Words, and --- more.
            """;

    @Test
    void everyFileOfTheFolderIsShippedAndWhole() throws IOException {
        Path folder = Path.of("src/main/resources/changelog");
        try (var files = Files.list(folder)) {
            List<String> written = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".md"))
                    .sorted()
                    .toList();
            assertThat(Files.readAllLines(folder.resolve("index.txt"))).containsExactlyInAnyOrderElementsOf(written);
            assertThat(Changelog.shipped().entries(null))
                    .extracting(entry -> entry.version() + ".md")
                    .containsExactlyInAnyOrderElementsOf(written);
        }
    }

    @Test
    void readsFrontMatterAndBody() {
        ChangelogEntry entry = FrontMatter.read("one.md", WHOLE);
        assertThat(entry)
                .isEqualTo(new ChangelogEntry(
                        "1.2.3",
                        LocalDate.of(2026, 11, 27),
                        Category.MODELS,
                        "One more.",
                        List.of("a", "b: c"),
                        "Words, and --- more.",
                        false));
    }

    @Test
    void saysWhatIsWrongInWhichFile() {
        broken("no front matter", "front matter");
        broken(WHOLE.replace("version: 1.2.3", "version: next"), "'version'");
        broken(WHOLE.replace("date: 2026-11-27", "date: 2026-11-31"), "'date'");
        broken(WHOLE.replace("category: models", "category: news"), "'category'");
        broken(WHOLE.replace("title: Models Added", "title: Models"), "'title'");
        broken(WHOLE.replace("description: One more.", "descripton: One more."), "'description' is missing");
        broken(WHOLE.replace("items:", "pinned: maybe\nitems:"), "'pinned'");
        broken(WHOLE.replace("items:", "items: []\nitems:"), "'items' is set twice");
        broken(WHOLE.replace("items: [a", "items: [{a: b}"), "'items' must be text");
        broken(WHOLE.replace("items:", "sticky: true\nitems:"), "unknown field 'sticky'");
        broken(WHOLE.replace("[a", "[[a"), "YAML");
    }

    @Test
    void pinnedStandsAboveNewer() {
        ChangelogEntry old = FrontMatter.read("a", WHOLE);
        ChangelogEntry newer = FrontMatter.read("b", WHOLE.replace("1.2.3", "1.2.10"));
        ChangelogEntry pinned = FrontMatter.read(
                "c", WHOLE.replace("1.2.3", "1.0.0").replace("2026-11-27", "2026-01-01\npinned: true"));
        assertThat(new Changelog(List.of(old, newer, pinned)).entries(null)).containsExactly(pinned, newer, old);
        assertThatThrownBy(() -> new Changelog(List.of(old, old))).hasMessageContaining("1.2.3");
    }

    private static void broken(String text, String what) {
        assertThatThrownBy(() -> FrontMatter.read("one.md", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("one.md: ")
                .hasMessageContaining(what);
    }
}
