package ai.apertis.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * The simulated tokenizer. A token is a word together with the white space before it, a word of more than
 * {@value #MAX_LENGTH} characters being cut into tokens of that length; white space at the end is a token of its own. So the
 * tokens of a text, put together, are the text, and anybody can count them by hand.
 */
final class Tokens {
    private static final int MAX_LENGTH = 16;

    private Tokens() {}

    /** Cuts a text into its tokens, up to a number of them. */
    static List<String> split(String text, int most) {
        List<String> tokens = new ArrayList<>();
        int start = 0;
        while (start < text.length() && tokens.size() < most) {
            int end = end(text, start);
            tokens.add(text.substring(start, end));
            start = end;
        }
        return tokens;
    }

    /** How many tokens a text has. */
    static int count(String text) {
        int count = 0;
        for (int start = 0; start < text.length(); start = end(text, start)) {
            count++;
        }
        return count;
    }

    private static int end(String text, int start) {
        int word = start;
        while (word < text.length() && Character.isWhitespace(text.charAt(word))) {
            word++;
        }
        int end = word;
        while (end < text.length() && end - word < MAX_LENGTH && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        // Half a surrogate pair is no character and could not be written as UTF-8.
        boolean splitsPair = end > word && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1));
        return splitsPair ? end + 1 : end;
    }
}
