package ai.apertis.console.account;

/**
 * What the page to sign up shows.
 *
 * @param email what was entered
 * @param name what was entered
 * @param invitation the token of the invitation they come with, empty for none
 * @param organization where they are invited to, empty for nowhere
 * @param field which field was wrong, empty for none
 * @param wrong what was wrong, empty for nothing
 * @param closed whether nobody can sign up with a password
 * @param provider the OpenID provider to sign up with
 */
public record SignUpView(
        String email,
        String name,
        String invitation,
        String organization,
        String field,
        String wrong,
        boolean closed,
        Provider provider) {
    /**
     * What is wrong with a field.
     *
     * @param which the field
     * @return empty when nothing is
     */
    public String wrongOf(String which) {
        return which.equals(field) ? wrong : "";
    }
}
