package ai.apertis.ledger;

/**
 * What an administrative write may change, all in one transaction.
 *
 * @param accounts accounts and their credits
 * @param keys keys
 * @param subscriptions subscriptions and their keys
 * @param alerts what accounts are told
 * @param topups how balances are topped up
 */
public record Tables(Accounts accounts, Keys keys, Subscriptions subscriptions, Alerts alerts, Topups topups) {}
