package ai.apertis.dialect.translation;

/**
 * Where one provider's text goes over into another's. Takes away what the second repeats: all of the text it was given, at
 * providers that answer with it, and the white space at its end, which was not sent because some refuse it there.
 */
final class Joint {
    private final String repeated;
    private final String space;
    private int same;
    private int spaces;
    private boolean overRepeat;
    private boolean overSpace;

    /**
     * A joint.
     *
     * @param before the text before it
     * @param repeats whether the provider answers with it
     */
    Joint(String before, boolean repeats) {
        String sent = before.stripTrailing();
        this.repeated = repeats ? sent : "";
        this.space = before.substring(sent.length());
    }

    /** What is new in a piece of text; empty when nothing is yet. */
    String take(String text) {
        String rest = overRepeat ? text : withoutRepeat(text);
        return overSpace || rest.isEmpty() ? rest : withoutSpace(rest);
    }

    /** What was kept back because it might have become a repetition. */
    String rest() {
        String kept = overRepeat || same == repeated.length() ? "" : repeated.substring(0, same);
        overRepeat = true;
        return kept;
    }

    private String withoutRepeat(String text) {
        int at = 0;
        while (at < text.length() && same < repeated.length() && text.charAt(at) == repeated.charAt(same)) {
            at++;
            same++;
        }
        if (same == repeated.length()) {
            overRepeat = true;
            return text.substring(at);
        }
        if (at == text.length()) {
            return "";
        }
        // It went another way, so what looked like a repetition was none.
        overRepeat = true;
        return repeated.substring(0, same) + text.substring(at);
    }

    private String withoutSpace(String text) {
        int at = 0;
        while (at < text.length() && spaces < space.length() && text.charAt(at) == space.charAt(spaces)) {
            at++;
            spaces++;
        }
        overSpace = at < text.length() || spaces == space.length();
        return text.substring(at);
    }
}
