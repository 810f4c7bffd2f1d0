package ai.apertis.console.account;

/**
 * What the page of an invitation shows.
 *
 * @param token the invitation's
 * @param organization where to
 * @param invitedBy by whom
 * @param email for whom
 * @param mine whether whoever is signed in has this address
 */
public record InvitationView(String token, String organization, String invitedBy, String email, boolean mine) {}
