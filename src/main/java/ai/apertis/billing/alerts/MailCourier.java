package ai.apertis.billing.alerts;

import ai.apertis.config.Secret;
import ai.apertis.config.SmtpConfig;
import ai.apertis.ledger.AccountEvent;
import ai.apertis.ledger.Delivery;
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
import java.util.Date;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Writes e-mail through an SMTP server, on threads of its own because the library blocks. */
public final class MailCourier implements Courier {
    private static final String TIMEOUT_MILLIS = "10000";
    private static final int THREADS = 4;

    private final SmtpConfig smtp;
    private final Session session;
    private final WorkerExecutor threads;

    /**
     * A courier.
     *
     * @param vertx has the threads
     * @param smtp the server
     */
    public MailCourier(Vertx vertx, SmtpConfig smtp) {
        this.smtp = smtp;
        this.session = Session.getInstance(properties(smtp));
        this.threads = vertx.createSharedWorkerExecutor("mail", THREADS);
    }

    @Override
    public Future<Outcome> deliver(Delivery delivery) {
        String address = delivery.target();
        if (address == null) {
            return Future.succeededFuture(new Outcome.Impossible("e-mail was switched off"));
        }
        return threads.executeBlocking(() -> sent(delivery.event(), address), false)
                .recover(e -> Future.succeededFuture(
                        new Outcome.Failed(null, "not sent: " + e.getClass().getSimpleName())));
    }

    private Outcome sent(AccountEvent event, String address) throws MessagingException {
        MimeMessage mail = new EventMail(session, EventView.id(event), smtp.from());
        mail.setFrom(new InternetAddress(smtp.from()));
        mail.setRecipient(Message.RecipientType.TO, new InternetAddress(address));
        mail.setSubject("Apertis: " + EventView.headline(event), StandardCharsets.UTF_8.name());
        mail.setSentDate(Date.from(event.at()));
        mail.setHeader("Auto-Submitted", "auto-generated");
        mail.setText(EventView.text(event), StandardCharsets.UTF_8.name());
        Transport.send(mail, smtp.username().orElse(null), password());
        return new Outcome.Delivered(null);
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
    private static final class EventMail extends MimeMessage {
        private final String id;

        EventMail(Session session, String eventId, String from) {
            super(session);
            this.id = "<" + eventId + from.substring(from.indexOf('@')) + ">";
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
