package ai.apertis.console.account;

/**
 * What a form led to.
 *
 * @param good what was done, empty for nothing
 * @param wrong what was wrong, empty for nothing
 * @param secret what is shown this once, empty for nothing
 */
public record Said(String good, String wrong, String secret) {
    static final Said NOTHING = new Said("", "", "");

    static Said done(String what) {
        return new Said(what, "", "");
    }

    static Said once(String what, String secret) {
        return new Said(what, "", secret);
    }

    static Said wrong(String what) {
        return new Said("", what, "");
    }

    /** Does not show the secret. */
    @Override
    public String toString() {
        return "Said[" + good + wrong + "]";
    }
}
