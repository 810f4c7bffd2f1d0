package ai.apertis.http;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * One IP address or a range of them in CIDR notation, for the allow-lists of keys and for trusted proxies. IPv4 addresses
 * written in IPv6 ({@code ::ffff:10.0.0.1}) are the IPv4 addresses they stand for; otherwise a range of one family never
 * holds an address of the other, so {@code ::/0} lets no IPv4 client in.
 *
 * @param high the upper 64 bits of the first address, IPv4 in its mapped form
 * @param low the lower 64 bits of the first address
 * @param prefix how many of the 128 bits are fixed
 */
public record AddressRange(long high, long low, int prefix) {
    private static final long MAPPED = 0xffff_0000_0000L;
    private static final int MAPPED_BITS = 96;

    /** Clears the bits beyond the prefix, so that equal ranges are equal records. */
    public AddressRange {
        if (prefix < 0 || prefix > 128) {
            throw new IllegalArgumentException("prefix length out of range: " + prefix);
        }
        high &= highMask(prefix);
        low &= lowMask(prefix);
    }

    /**
     * Reads an address ({@code 192.0.2.7}, {@code 2001:db8::1}) or a range ({@code 10.0.0.0/8}). Nothing is looked up:
     * a host name is refused. Bits beyond the prefix are ignored.
     *
     * @param text what the configuration or the owner of a key wrote
     * @return the range
     * @throws IllegalArgumentException when it is neither
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = parseAddress(slash < 0 ? text : text.substring(0, slash));
        boolean v4 = address instanceof Inet4Address;
        boolean mapped = v4 && text.indexOf(':') >= 0;
        int width = v4 && !mapped ? 32 : 128;
        int bits = slash < 0 ? width : parsePrefix(text, slash + 1, width);
        if (mapped && bits < MAPPED_BITS) {
            throw new IllegalArgumentException("a range of IPv4 addresses written in IPv6 is /96 or longer: " + text);
        }
        return new AddressRange(high(address), low(address), bits + 128 - width);
    }

    /**
     * Reads an address without ever asking a name server.
     *
     * @param text four decimal numbers, or an IPv6 literal without brackets and zone
     * @return an IPv4 address also for the mapped form
     * @throws IllegalArgumentException for anything else, also for the short, octal and hexadecimal forms of IPv4
     */
    public static InetAddress parseAddress(String text) {
        boolean v6 = text.indexOf(':') >= 0;
        if (text.length() > 45 || (v6 ? !isPlainV6(text) : !isDottedQuad(text))) {
            throw new IllegalArgumentException("not an IP address: " + abbreviated(text));
        }
        return InetAddress.ofLiteral(text);
    }

    /**
     * Whether an address lies in this range.
     *
     * @param address a client's address
     * @return true when it does
     */
    public boolean contains(InetAddress address) {
        return address instanceof Inet4Address == isV4()
                && (high(address) & highMask(prefix)) == high
                && (low(address) & lowMask(prefix)) == low;
    }

    /** The range as it would be written in a configuration. */
    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        try {
            String first = InetAddress.getByAddress(bytes).getHostAddress();
            return first + "/" + (isV4() ? prefix - MAPPED_BITS : prefix);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private boolean isV4() {
        return prefix >= MAPPED_BITS && high == 0 && (low & ~0xffff_ffffL) == MAPPED;
    }

    private static long high(InetAddress address) {
        return address instanceof Inet4Address
                ? 0
                : ByteBuffer.wrap(address.getAddress()).getLong(0);
    }

    private static long low(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address ? MAPPED | Integer.toUnsignedLong(bytes.getInt(0)) : bytes.getLong(8);
    }

    private static long highMask(int prefix) {
        return prefix == 0 ? 0 : prefix >= 64 ? -1L : -1L << (64 - prefix);
    }

    private static long lowMask(int prefix) {
        return prefix <= 64 ? 0 : -1L << (128 - prefix);
    }

    private static int parsePrefix(String text, int from, int width) {
        int bits = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9' || i - from > 2) {
                bits = -1;
                break;
            }
            bits = bits * 10 + c - '0';
        }
        if (from == text.length() || bits < 0 || bits > width) {
            throw new IllegalArgumentException("the prefix length must be 0 to " + width + ": " + abbreviated(text));
        }
        return bits;
    }

    /** The JDK would also take {@code 10.1} and read {@code 010.0.0.1} as decimal, which others read as octal. */
    private static boolean isDottedQuad(String text) {
        int numbers = 0;
        int digits = 0;
        int value = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? '.' : text.charAt(i);
            if (c == '.') {
                if (digits == 0 || value > 255) {
                    return false;
                }
                numbers++;
                digits = 0;
                value = 0;
            } else if (c < '0' || c > '9' || digits == 3 || (digits > 0 && value == 0)) {
                return false;
            } else {
                value = value * 10 + c - '0';
                digits++;
            }
        }
        return numbers == 4;
    }

    /** The JDK would also take brackets and a zone, which an allow-list has no use for. */
    private static boolean isPlainV6(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ':' && c != '.' && Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private static String abbreviated(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
