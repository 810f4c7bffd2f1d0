package ai.apertis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
    private static final AddressRange ALLOWED = AddressRange.parse("203.0.113.0/24");

    /** Proxies are 10.0.0.0/8 and 2001:db8:ffff::/48; a key allows 203.0.113.0/24 only. */
    @ParameterizedTest(name = "{0} with [{1}] is {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.5 |                                      | 203.0.113.5  | true",
                "198.51.100.1 | 203.0.113.5                         | 198.51.100.1 | false",
                "10.0.0.1    | 203.0.113.5                          | 203.0.113.5  | true",
                "10.0.0.1    | 203.0.113.5, 198.51.100.1            | 198.51.100.1 | false",
                "10.0.0.1    | 198.51.100.1, 203.0.113.5, 10.9.9.9  | 203.0.113.5  | true",
                "10.0.0.1    | 203.0.113.5; 198.51.100.1            | 198.51.100.1 | false",
                "10.0.0.1    | 203.0.113.5:4711                     | 203.0.113.5  | true",
                "10.0.0.1    | ::ffff:203.0.113.5                   | 203.0.113.5  | true",
                "10.0.0.1    | 203.0.113.5, unknown                 | 10.0.0.1     | false",
                "10.0.0.1    | 0313.0.113.5                         | 10.0.0.1     | false",
                "10.0.0.1    |                                      | 10.0.0.1     | false",
                "2001:db8:ffff::1 | [2001:db8::7]:443               | 2001:db8:0:0:0:0:0:7 | false",
                "::ffff:10.0.0.1 | 203.0.113.5,                     | 10.0.0.1     | false",
                "10.0.0.1    | 10.0.0.2, 10.0.0.3                   | 10.0.0.2     | false",
            })
    void believesTheHeaderOnlyAsFarAsConfiguredProxiesVouchForIt(
            String peer, String header, String client, boolean allowed) {
        ClientAddress addresses =
                new ClientAddress(List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("2001:db8:ffff::/48")));
        // A semicolon in the table stands for the border between two headers of the same name.
        List<String> headers = header == null
                ? List.of()
                : Stream.of(header.split(";")).map(String::strip).toList();

        var resolved = addresses.resolve(peer, headers);

        assertThat(resolved.getHostAddress()).isEqualTo(client);
        assertThat(ALLOWED.contains(resolved)).isEqualTo(allowed);
    }

    @Test
    void withoutProxiesTheHeaderIsNeverRead() {
        assertThat(new ClientAddress(List.of())
                        .resolve("127.0.0.1", List.of("203.0.113.5"))
                        .getHostAddress())
                .isEqualTo("127.0.0.1");
    }

    @Test
    void dropsTheZoneOfALinkLocalPeer() {
        assertThat(new ClientAddress(List.of()).resolve("fe80::1%2", List.of()).getHostAddress())
                .isEqualTo("fe80:0:0:0:0:0:0:1");
    }

    @Test
    void addressesOfOneIpv6NetworkAreLimitedTogether() {
        assertThat(ClientAddress.limitedAs(AddressRange.parseAddress("2001:db8:1:2:3:4:5:6")))
                .isEqualTo(ClientAddress.limitedAs(AddressRange.parseAddress("2001:db8:1:2:ffff::")))
                .isEqualTo("2001:db8:1:2:0:0:0:0");
        assertThat(ClientAddress.limitedAs(AddressRange.parseAddress("203.0.113.5")))
                .isEqualTo("203.0.113.5");
    }
}
