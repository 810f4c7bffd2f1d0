package ai.apertis.console.account;

import ai.apertis.billing.alerts.Mailer;
import ai.apertis.billing.alerts.Mailer.Letter;
import ai.apertis.people.Invitations;
import ai.apertis.people.MailedLinks.Link;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people are written about their account, in plain text. Nobody waits for it: whether a letter was sent, and so whether
 * there is somebody, is not to be told by an answer or its time. Links lead to the configured address and never to what a
 * request called its host.
 */
public final class Letters {
    private static final Logger LOG = LoggerFactory.getLogger(Letters.class);
    private static final String NOT_YOU = "If it was not you, change your password and end the other sessions:\n";

    private final Mailer mailer;
    private final String site;

    /**
     * A writer.
     *
     * @param mailer sends
     * @param publicUrl where people reach the pages
     */
    public Letters(Mailer mailer, URI publicUrl) {
        this.mailer = mailer;
        this.site = publicUrl.toString();
    }

    void reset(Link link) {
        send(
                link.email(),
                "Choose a new password",
                greeting(link) + "with this link you can choose a new password. It is valid for one hour, once:\n\n"
                        + site + "/reset/" + link.token()
                        + "\n\nIf you did not ask for it, there is nothing you need to do: without the link nothing changes.\n");
    }

    void passwordWasReset(String name, String email) {
        send(
                email,
                "Your password was changed",
                "Hello " + name
                        + ",\n\nyour password was changed through a link that was sent to this address, and all your"
                        + " sessions have ended.\nIf it was not you, choose another one:\n\n" + site + "/forgotten\n");
    }

    void address(Link link) {
        send(
                link.email(),
                "Confirm your e-mail address",
                greeting(link)
                        + "with this link you confirm that this is your new e-mail address. It is valid for a day,"
                        + " once:\n\n" + site + "/address/" + link.token()
                        + "\n\nIf you do not know what this is about, ignore it.\n");
        send(
                link.person().email(),
                "Another e-mail address was asked for",
                greeting(link)
                        + "somebody who knows your password wants to log in with another e-mail address from now on: "
                        + link.email() + "\nIt changes when that address is confirmed. " + NOT_YOU + site
                        + "/console/settings\n");
    }

    void addressChanged(Link link) {
        send(
                link.person().email(),
                "Your e-mail address was changed",
                greeting(link) + "your e-mail address is now " + link.email()
                        + "; this one is not yours here any more.\n"
                        + "If it was not you, tell whoever runs this installation.\n");
    }

    void invitation(Invitations.Made made) {
        send(
                made.invitation().email(),
                "An invitation",
                "Hello,\n\n" + made.invitation().invitedBy() + " invites you to join \""
                        + made.invitation().organizationName()
                        + "\". The invitation is valid for seven days:\n\n" + site + "/invitations/" + made.token()
                        + "\n\nIf you do not know what this is about, ignore it.\n");
    }

    private static String greeting(Link link) {
        return "Hello " + link.person().name() + ",\n\n";
    }

    private void send(String to, String subject, String text) {
        mailer.send(Letter.of(to, "Apertis: " + subject, text))
                .onFailure(e -> LOG.warn(
                        "a letter (\"{}\") was not sent: {}",
                        subject,
                        e.getClass().getSimpleName()));
    }
}
