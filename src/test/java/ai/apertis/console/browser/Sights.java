package ai.apertis.console.browser;

import java.util.List;

/** Every address of pages, with one to look at. A route without an entry fails {@link EveryPageTest}. */
final class Sights {
    /** Who sees it. */
    enum Kind {
        /** A page for everybody. */
        OPEN,
        /** A page of signed-in people. */
        SIGNED_IN,
        /** A page of the operator. */
        OPERATOR,
        /** A file, a stream, another address to go to, or a page of what tests of its own must make first. */
        FILE
    }

    /**
     * A route and an address of it.
     *
     * @param route as it is put on the server
     * @param address what is visited there; what begins with a colon is put in by {@link Member#placed}
     * @param kind who sees it
     */
    record Sight(String route, String address, Kind kind) {
        /** For the name of its picture. */
        String name() {
            String name = address.replaceAll("[^a-z0-9.]+", "-").replaceAll("^-|-$", "");
            return name.isEmpty() ? "home" : name;
        }

        @Override
        public String toString() {
            return address;
        }
    }

    private Sights() {}

    static List<Sight> all() {
        return List.of(
                open("/", "/"),
                open("/changelog", "/changelog"),
                open("/changelog", "/changelog?type=models"),
                open("/changelog/:version", "/changelog/2026.11.4"),
                file("/changelog/feed.atom"),
                open("/models", "/models"),
                open("/models", "/models?q=glm&free=on"),
                open("/models/", "/models/glm-5-turbo"),
                open("/recommend", "/recommend?task=coding&budget=low"),
                open("/pricing", "/pricing"),
                open("/docs", "/docs"),
                open("/docs/", "/docs/alerts"),
                open("/docs/", "/docs/api"),
                open("/docs/", "/docs/api/keys"),
                open("/docs/search", "/docs/search?q=hold"),
                open("/status", "/status"),
                open("/status/:provider", "/status/sim"),
                open("/login", "/login"),
                open("/signup", "/signup"),
                open("/forgotten", "/forgotten"),
                file("/reset/:token"),
                file("/address/:token"),
                file("/login/oidc"),
                file("/login/oidc/callback"),
                open("/invitations/:token", "/invitations/:token"),
                desk("/console"),
                desk("/console/playground"),
                file("/console/playground/last"),
                desk("/console/keys"),
                desk("/console/keys/new"),
                desk("/console/keys/:id", "/console/keys/:key"),
                desk("/console/logs"),
                desk("/console/logs", "/console/logs?live=1&status=answered"),
                file("/console/logs.csv"),
                file("/console/logs/newer"),
                desk("/console/logs/:id", "/console/logs/:request"),
                desk("/console/credits"),
                desk("/console/credits/statements/:month", "/console/credits/statements/:month"),
                file("/console/credits/paid"),
                desk("/console/subscription"),
                desk("/console/settings"),
                desk("/console/organization"),
                desk("/console/audit"),
                desk("/operator"),
                operator("/operator/accounts", "/operator/accounts"),
                operator("/operator/accounts/:id", "/operator/accounts/:account"),
                operator("/operator/providers", "/operator/providers"),
                operator("/operator/catalogue", "/operator/catalogue"),
                operator("/operator/ledger", "/operator/ledger"));
    }

    private static Sight desk(String route) {
        return desk(route, route);
    }

    private static Sight desk(String route, String address) {
        return new Sight(route, address, Kind.SIGNED_IN);
    }

    private static Sight operator(String route, String address) {
        return new Sight(route, address, Kind.OPERATOR);
    }

    /** Those that somebody sees. */
    static List<Sight> of(Kind kind) {
        return all().stream().filter(sight -> sight.kind() == kind).toList();
    }

    private static Sight open(String route, String address) {
        return new Sight(route, address, Kind.OPEN);
    }

    private static Sight file(String route) {
        return new Sight(route, route, Kind.FILE);
    }
}
