package ai.apertis.console.desk;

import ai.apertis.console.Numbers;
import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Visit;
import ai.apertis.console.Visitor;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.AutoTopup;
import ai.apertis.ledger.Payments;
import ai.apertis.ledger.Topups;
import ai.apertis.payments.StripeCheckout;
import ai.apertis.people.Action;
import ai.apertis.people.OrganizationBilling;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Adding to a balance: by card on the payment provider's page, by a card that was kept, and by itself. */
public final class TopupPages implements Mount {
    private static final String PATH = "/console/credits";
    private static final long DOLLAR = 1_000_000_000L;

    /** What can be paid at once. */
    private static final long LEAST = DOLLAR;

    private static final long MOST = 10_000 * DOLLAR;

    private final Pages pages;
    private final OrganizationBilling billing;
    private final Topups topups;
    private final Payments payments;
    private final Optional<StripeCheckout> checkout;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param billing changes how balances are topped up on behalf of somebody
     * @param topups how they are
     * @param payments adds what was paid
     * @param checkout where people pay; empty without a payment provider
     */
    public TopupPages(
            Pages pages,
            OrganizationBilling billing,
            Topups topups,
            Payments payments,
            Optional<StripeCheckout> checkout) {
        this.pages = pages;
        this.billing = billing;
        this.topups = topups;
        this.payments = payments;
        this.checkout = checkout;
    }

    /**
     * A payment about to be made.
     *
     * @param amount dollars
     * @param url the payment provider's page
     * @param keep whether the card is kept
     */
    public record Begun(String amount, String url, boolean keep) {}

    @Override
    public void mount(Router router) {
        pages.postSignedIn(router, PATH + "/checkout", Action.MANAGE_BILLING, this::begin);
        pages.getSignedIn(router, PATH + "/paid", Action.MANAGE_BILLING, this::paid);
        pages.postSignedIn(router, PATH + "/auto", Action.MANAGE_BILLING, this::change);
        pages.postSignedIn(router, PATH + "/topup", Action.MANAGE_BILLING, this::topUp);
    }

    private StripeCheckout provider() {
        return checkout.orElseThrow(
                () -> Refused.notFound("There is no payment provider here. The operator adds credit."));
    }

    /** The policy of every page keeps forms on this site: the answer has a link to the provider's page. */
    private Future<Reply> begin(Visit visit) {
        StripeCheckout provider = provider();
        long account = visit.signedIn().accountId();
        long amount = visit.field("preset")
                .or(() -> visit.field("amount"))
                .map(text -> Dollars.payable(text, LEAST, MOST))
                .orElseThrow(() -> Refused.bad("How much shall be added?"));
        boolean keep = visit.field("keep").isPresent();
        return topups.settings(account)
                .compose(known -> provider.begin(new StripeCheckout.Order(
                        account, amount, keep, known.map(AutoTopup::customer).orElse(null), visit.origin() + PATH)))
                .map((URI url) -> Reply.page(
                        "desk/checkout",
                        "Add credit",
                        "Go on to the payment.",
                        new Begun(Numbers.usd(amount), url.toString(), keep)));
    }

    /** Back from the payment: what Stripe says of it counts, once, whether this or its event is heard first. */
    private Future<Reply> paid(Visit visit) {
        Visitor visitor = visit.signedIn();
        return provider()
                .outcome(visit.query("session").orElse(""))
                .map(found -> found.filter(
                                ended -> Long.toString(visitor.accountId()).equals(ended.account()))
                        .orElseThrow(() -> Refused.notFound("There is no such payment of this organization.")))
                .compose(ended -> ended.paid()
                        ? payments.settle(ended.payment(), visitor.accountId(), ended.amountNano(), 0)
                                .compose(settled -> kept(visitor, ended))
                                .map(kept -> Reply.to(PATH + "?done=paid"))
                        : Future.succeededFuture(Reply.to(PATH + "?done=waiting")));
    }

    private Future<@Nullable AutoTopup> kept(Visitor visitor, StripeCheckout.Outcome ended) {
        String customer = ended.customer();
        String method = ended.paymentMethod();
        return customer == null || method == null
                ? Future.succeededFuture(null)
                : billing.payer(
                        visitor.member(),
                        new AutoTopup(
                                visitor.accountId(),
                                false,
                                5 * DOLLAR,
                                20 * DOLLAR,
                                100 * DOLLAR,
                                customer,
                                method,
                                0,
                                null));
    }

    private Future<Reply> change(Visit visit) {
        boolean enabled = visit.field("enabled").isPresent();
        long threshold = visit.field("threshold")
                .map(Dollars::parse)
                .filter(nano -> nano > 0)
                .orElseThrow(() -> Refused.bad("Below which balance shall something be added?"));
        long amount = visit.field("amount")
                .map(text -> Dollars.payable(text, LEAST, MOST))
                .orElseThrow(() -> Refused.bad("How much shall be added?"));
        Long cap = visit.field("cap").map(Dollars::parse).orElse(null);
        if (cap != null && cap < amount) {
            throw Refused.bad("The most of a month must be at least what is added each time.");
        }
        return billing.changeTopup(
                        visit.signedIn().member(),
                        old -> new AutoTopup(
                                old.accountId(),
                                enabled,
                                threshold,
                                amount,
                                cap,
                                old.customer(),
                                old.paymentMethod(),
                                0,
                                null))
                .map(set -> Reply.to(PATH + "?done=auto"));
    }

    private Future<Reply> topUp(Visit visit) {
        provider();
        long amount = visit.field("amount")
                .map(text -> Dollars.payable(text, LEAST, MOST))
                .orElseThrow(() -> Refused.bad("How much shall be added?"));
        return billing.topUp(visit.signedIn().member(), amount).map(begun -> Reply.to(PATH + "?done=begun"));
    }
}
