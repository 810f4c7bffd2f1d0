package ai.apertis.console.account;

/**
 * What the page of a link shows that was sent by e-mail.
 *
 * @param token the link's
 * @param name whose it is
 * @param email where it was sent
 * @param wrong what was wrong with what they entered, empty for nothing
 */
public record LinkView(String token, String name, String email, String wrong) {
    /** Does not show the token. */
    @Override
    public String toString() {
        return "LinkView[" + name + "]";
    }
}
