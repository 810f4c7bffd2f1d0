package ai.apertis.console.account;

/**
 * What the page of the operator shows.
 *
 * @param until until when they have the rights, empty when they have none
 * @param said what was wrong
 */
public record OperatorView(String until, Said said) {}
