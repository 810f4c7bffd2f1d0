package ai.apertis.billing.alerts;

import ai.apertis.config.Secret;
import ai.apertis.config.SmtpConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Sends e-mail through an SMTP server, on threads of its own because the library blocks. */
public final class Mailer {
    private static final String TIMEOUT_MILLIS = "10000";
    private static final int THREADS = 4;
    private static final int MOST_WAITING = 1_000;

    private final SmtpConfig smtp;
    private final Session session;
    private final WorkerExecutor threads;
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * A sender of mail.
     *
     * @param vertx has the threads
     * @param smtp the server
     */
    public Mailer(Vertx vertx, SmtpConfig smtp) {
        this.smtp = smtp;
        this.session = Session.getInstance(properties(smtp));
        this.threads = vertx.createSharedWorkerExecutor("mail", THREADS);
    }

    /**
     * A letter in plain text.
     *
     * @param id tells it from all others and stays when it is sent again; letters, digits and underscores
     * @param to one address
     * @param subject one line
     * @param text the lines
     * @param at when it was written
     */
    public record Letter(String id, String to, String subject, String text, Instant at) {
        /**
         * A letter that is sent once.
         *
         * @param to one address
         * @param subject one line
         * @param text the lines
         * @return written now
         */
        public static Letter of(String to, String subject, String text) {
            return new Letter("msg_" + UUID.randomUUID().toString().replace("-", ""), to, subject, text, Instant.now());
        }

        /** Shows neither whom it is for nor what it says: there may be a secret link in it. */
        @Override
        public String toString() {
            return "Letter[" + id + "]";
        }
    }

    /**
     * Sends a letter.
     *
     * @param letter what
     * @return when the server has taken it; fails when it does not, and at once when a thousand wait already
     */
    public Future<Void> send(Letter letter) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return Future.failedFuture(new IllegalStateException("too many letters are waiting"));
        }
        return threads.<Void>executeBlocking(
                        () -> {
                            hand(letter);
                            return null;
                        },
                        false)
                .onComplete(done -> waiting.decrementAndGet());
    }

    private void hand(Letter letter) throws MessagingException {
        MimeMessage mail = new Numbered(session, letter.id(), smtp.from());
        mail.setFrom(new InternetAddress(smtp.from()));
        mail.setRecipient(Message.RecipientType.TO, new InternetAddress(letter.to()));
        mail.setSubject(letter.subject(), StandardCharsets.UTF_8.name());
        mail.setSentDate(Date.from(letter.at()));
        mail.setHeader("Auto-Submitted", "auto-generated");
        mail.setText(letter.text(), StandardCharsets.UTF_8.name());
        Transport.send(mail, smtp.username().orElse(null), password());
    }

    private @Nullable String password() {
        return smtp.password().map(Secret::value).orElse(null);
    }

    private static Properties properties(SmtpConfig smtp) {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", smtp.host());
        properties.setProperty("mail.smtp.port", Integer.toString(smtp.port()));
        properties.setProperty(
                "mail.smtp.auth", Boolean.toString(smtp.username().isPresent()));
        properties.setProperty(
                "mail.smtp.ssl.enable", Boolean.toString(smtp.security().equals("tls")));
        properties.setProperty(
                "mail.smtp.starttls.required", Boolean.toString(smtp.security().equals("starttls")));
        properties.setProperty(
                "mail.smtp.starttls.enable", Boolean.toString(smtp.security().equals("starttls")));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        for (String limit : new String[] {"connectiontimeout", "timeout", "writetimeout"}) {
            properties.setProperty("mail.smtp." + limit, TIMEOUT_MILLIS);
        }
        return properties;
    }

    /** A message that keeps its id when it is sent again, so that a mailbox can tell. */
    private static final class Numbered extends MimeMessage {
        private final String id;

        Numbered(Session session, String letterId, String from) {
            super(session);
            this.id = "<" + letterId + from.substring(from.indexOf('@')) + ">";
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
