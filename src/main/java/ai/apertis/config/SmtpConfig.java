package ai.apertis.config;

import java.util.Optional;

/**
 * The server through which e-mail is sent.
 *
 * @param host its name
 * @param port its port
 * @param security {@code starttls}, {@code tls} or {@code none}
 * @param username to log in with, empty to send without
 * @param password to log in with
 * @param from the address that mail comes from
 */
public record SmtpConfig(
        String host, int port, String security, Optional<String> username, Optional<Secret> password, String from) {}
