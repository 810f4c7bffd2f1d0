package ai.apertis.http;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells addresses of the public internet from all others: loopback, private, link-local, shared (CGNAT), multicast,
 * documentation and benchmarking networks, IPv6 that only wraps an IPv4 address, and the addresses at which clouds serve
 * their metadata. After the special-purpose registries of IANA (RFC 6890).
 */
final class PublicAddresses {
    /** Of IPv6 only what is assigned to the public internet, so that what is yet to be invented is refused. */
    private static final AddressRange GLOBAL_UNICAST = AddressRange.parse("2000::/3");

    private static final List<AddressRange> LOOPBACK = ranges("127.0.0.0/8", "::1");

    private static final List<AddressRange> SPECIAL = ranges(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16", // a cloud's own services, at a public address
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "2001::/23", // Teredo and other protocols
            "2001:db8::/32",
            "2002::/16", // 6to4
            "3fff::/20");

    private PublicAddresses() {}

    static boolean isPublic(InetAddress address) {
        boolean v4 = address.getAddress().length == 4;
        return (v4 || GLOBAL_UNICAST.contains(address)) && !anyHolds(SPECIAL, address);
    }

    static boolean isLoopback(InetAddress address) {
        return anyHolds(LOOPBACK, address);
    }

    private static boolean anyHolds(List<AddressRange> ranges, InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    private static List<AddressRange> ranges(String... texts) {
        return Stream.of(texts).map(AddressRange::parse).toList();
    }
}
