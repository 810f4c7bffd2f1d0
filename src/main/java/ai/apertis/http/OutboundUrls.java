package ai.apertis.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Guards what the gateway opens because a customer named it: webhooks, images, pages. Such a URL must not reach into the
 * network that the gateway stands in. So: https only; a name is looked up once and the connection goes to the very
 * address that was checked, whatever the name means a moment later; every address it has must be public. Whoever opens a
 * {@link Target} connects to {@link Target#address} under the URL's host name, and follows no redirect.
 */
public final class OutboundUrls {
    private static final int LONGEST = 2_048;

    private final boolean loopbackAllowed;
    private final Resolver resolver;

    /** Looks up names. */
    @FunctionalInterface
    public interface Resolver {
        /**
         * All addresses of a host.
         *
         * @param host a name or an address
         * @return at least one
         * @throws UnknownHostException when there are none
         */
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /**
     * A URL and where it leads.
     *
     * @param url the URL, whose host is the one to name in the request and to check the certificate against
     * @param address the address to connect to
     * @param port the port to connect to
     */
    public record Target(URI url, InetAddress address, int port) {}

    /**
     * A guard.
     *
     * @param loopbackAllowed whether this machine itself may be reached, also by plain http: for trying things out
     * @param resolver looks up names
     */
    public OutboundUrls(boolean loopbackAllowed, Resolver resolver) {
        this.loopbackAllowed = loopbackAllowed;
        this.resolver = resolver;
    }

    /**
     * Checks a URL's form, and its host where that is an address. Looks nothing up.
     *
     * @param text what a customer wrote
     * @return the URL
     * @throws RefusedUrl when it must not be opened whatever its host's name means
     */
    public URI parse(String text) {
        URI url = syntax(text);
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        String host = host(url);
        if (!scheme.equals("https") && !(loopbackAllowed && scheme.equals("http"))) {
            throw new RefusedUrl("must be an https URL");
        }
        if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new RefusedUrl("must have neither a user name nor a fragment");
        }
        if (url.getPort() == 0 || url.getPort() > 65_535) {
            throw new RefusedUrl("must have a port from 1 to 65535");
        }
        if (isLiteral(host)) {
            check(url, literal(host));
        } else if (!loopbackAllowed && (host.equals("localhost") || host.endsWith(".localhost"))) {
            throw notPublic();
        }
        return url;
    }

    /**
     * Finds out where a URL leads. Blocks while the name is looked up.
     *
     * @param text what a customer wrote
     * @return the address to connect to
     * @throws RefusedUrl when it must not be opened, or its host has no address
     */
    public Target resolve(String text) {
        URI url = parse(text);
        String host = host(url);
        InetAddress[] addresses;
        try {
            addresses = isLiteral(host) ? new InetAddress[] {literal(host)} : resolver.resolve(host);
        } catch (UnknownHostException e) {
            throw new RefusedUrl("has a host that cannot be found");
        }
        if (addresses.length == 0) {
            throw new RefusedUrl("has a host that cannot be found");
        }
        for (InetAddress address : addresses) {
            check(url, address);
        }
        int byScheme = "http".equalsIgnoreCase(url.getScheme()) ? 80 : 443;
        return new Target(url, addresses[0], url.getPort() < 0 ? byScheme : url.getPort());
    }

    /** A name that has a private address beside a public one is refused as a whole: it is up to something. */
    private void check(URI url, InetAddress address) {
        boolean loopback = loopbackAllowed && PublicAddresses.isLoopback(address);
        if (!loopback && (!PublicAddresses.isPublic(address) || "http".equalsIgnoreCase(url.getScheme()))) {
            throw notPublic();
        }
    }

    private static URI syntax(String text) {
        if (text.length() > LONGEST) {
            throw new RefusedUrl("must be at most " + LONGEST + " characters long");
        }
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new RefusedUrl("must be a URL");
        }
    }

    private static String host(URI url) {
        String host = url.getHost();
        if (host == null || host.isEmpty() || host.endsWith(".") || host.length() > 253) {
            throw new RefusedUrl("must be a URL with a host");
        }
        return host.toLowerCase(Locale.ROOT);
    }

    /**
     * Whether a host is meant as an address. Like browsers, anything whose last label is a number is: some resolvers read
     * {@code 0x7f.1}, {@code 2130706433} and {@code 0177.0.0.1} as addresses, and others do not.
     */
    private static boolean isLiteral(String host) {
        String last = host.substring(host.lastIndexOf('.') + 1);
        return host.startsWith("[")
                || last.chars().allMatch(c -> c >= '0' && c <= '9')
                || (last.startsWith("0x") && last.chars().skip(2).allMatch(c -> Character.digit(c, 16) >= 0));
    }

    private static InetAddress literal(String host) {
        try {
            return AddressRange.parseAddress(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
        } catch (IllegalArgumentException e) {
            throw new RefusedUrl("must name its host, or give its address in the usual form");
        }
    }

    private static RefusedUrl notPublic() {
        return new RefusedUrl("must lead to a public address");
    }
}
