package ai.apertis.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what a mistyped word was meant to be. */
final class Spelling {
    private Spelling() {}

    /** A hint to append to a message: {@code ; did you mean "base_url"?}, or nothing when no candidate is near. */
    static String hint(String word, Collection<String> candidates) {
        Optional<String> nearest = candidates.stream()
                .filter(candidate -> distance(word, candidate) <= Math.min(candidate.length() / 2, 3))
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
        return nearest.map(candidate -> "; did you mean \"" + candidate + "\"?").orElse("");
    }

    /** How many letters must be changed, added or left out to turn one word into the other (Levenshtein). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
