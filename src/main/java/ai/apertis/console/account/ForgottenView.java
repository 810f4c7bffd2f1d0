package ai.apertis.console.account;

/**
 * What the page for a forgotten password shows.
 *
 * @param possible whether links are sent by e-mail here
 * @param sent whether one was asked for
 */
public record ForgottenView(boolean possible, boolean sent) {}
