package ai.apertis.config;

/**
 * A key, token or URL that holds a password. Shows itself nowhere: whoever needs the text asks for it by name.
 *
 * @param value the secret's text
 */
public record Secret(String value) {

    /** A constant, so that no log line, message or record that holds it can give it away. */
    @Override
    public String toString() {
        return "(secret)";
    }
}
