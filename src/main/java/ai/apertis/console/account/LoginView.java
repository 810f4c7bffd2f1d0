package ai.apertis.console.account;

/**
 * What the page to log in shows.
 *
 * @param login what was entered
 * @param to where to go then, a path of this site
 * @param told something good to know, empty for nothing
 * @param wrong what was wrong, empty for nothing
 * @param provider the OpenID provider to log in with
 */
public record LoginView(String login, String to, String told, String wrong, Provider provider) {}
