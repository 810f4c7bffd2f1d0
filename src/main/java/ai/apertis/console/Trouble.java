package ai.apertis.console;

/**
 * What the page of an error shows.
 *
 * @param status the HTTP status
 * @param title in two or three words
 * @param message for the visitor
 * @param requestId by which it is found in the logs
 */
public record Trouble(int status, String title, String message, String requestId) {}
