package ai.apertis.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Tells from which address a request really comes. {@code X-Forwarded-For} can be written by anybody, so it is read only
 * as far as configured proxies vouch for it: from the right, each entry having been added by the hop to its right.
 */
public final class ClientAddress {
    private final List<AddressRange> proxies;

    /**
     * Trusts some proxies.
     *
     * @param proxies their addresses; none means that the header is never read
     */
    public ClientAddress(List<AddressRange> proxies) {
        this.proxies = List.copyOf(proxies);
    }

    /**
     * The address to limit, to log and to compare with allow-lists.
     *
     * @param peer the other end of the connection, as an IP literal; an IPv6 zone is dropped
     * @param forwardedFor the values of all {@code X-Forwarded-For} headers in order
     * @return the nearest address that is not a trusted proxy; where an entry is malformed, the proxy that passed it on;
     *     where all are proxies, the outermost
     * @throws IllegalArgumentException when the peer is not an IP literal
     */
    public InetAddress resolve(String peer, List<String> forwardedFor) {
        InetAddress nearest = peer(peer);
        for (int header = forwardedFor.size() - 1; header >= 0; header--) {
            String entries = forwardedFor.get(header);
            int end = entries.length();
            while (end >= 0) {
                if (!isProxy(nearest)) {
                    return nearest;
                }
                int comma = entries.lastIndexOf(',', end - 1);
                try {
                    nearest = AddressRange.parseAddress(
                            withoutPort(entries.substring(comma + 1, end).strip()));
                } catch (IllegalArgumentException malformed) {
                    return nearest;
                }
                end = comma;
            }
        }
        return nearest;
    }

    /**
     * The address at the other end of a connection.
     *
     * @param literal an IP literal; an IPv6 zone is dropped
     * @return the address
     * @throws IllegalArgumentException when it is not an IP literal
     */
    public static InetAddress peer(String literal) {
        int zone = literal.indexOf('%');
        return AddressRange.parseAddress(zone < 0 ? literal : literal.substring(0, zone));
    }

    /**
     * The name under which an address is limited. One customer commonly owns a whole IPv6 /64 and could change the
     * address with every request, so those share one name.
     *
     * @param client a client's address
     * @return an IPv4 address, or the first address of an IPv6 /64
     */
    public static String limitedAs(InetAddress client) {
        if (!(client instanceof Inet6Address)) {
            return client.getHostAddress();
        }
        byte[] bytes = client.getAddress();
        Arrays.fill(bytes, 8, 16, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private boolean isProxy(InetAddress address) {
        for (AddressRange proxy : proxies) {
            if (proxy.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Some proxies write {@code 192.0.2.1:4711} and {@code [2001:db8::1]:4711}. */
    private static String withoutPort(String entry) {
        if (entry.startsWith("[")) {
            int close = entry.indexOf(']');
            return close < 0 ? entry : entry.substring(1, close);
        }
        int colon = entry.indexOf(':');
        return colon >= 0 && colon == entry.lastIndexOf(':') ? entry.substring(0, colon) : entry;
    }
}
