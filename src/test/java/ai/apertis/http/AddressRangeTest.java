package ai.apertis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.1.2.3/8, 10.9.9.9, true",
        "192.0.2.128/25, 192.0.2.127, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 203.0.113.9, false",
        "::/8, 203.0.113.9, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "2001:db8:0:1::/64, 2001:db8:0:1:ffff::, true",
        "2001:db8:0:1::/65, 2001:db8:0:1:8000::, false",
        "2001:db8::1/128, 2001:DB8:0:0:0:0:0:1, true",
        "::ffff:10.0.0.0/104, 10.200.0.1, true",
        "10.0.0.0/8, ::ffff:10.200.0.1, true",
        "::ffff:0:0/96, 203.0.113.9, true",
        "10.0.0.1, ::10.0.0.1, false",
    })
    void holdsTheAddressesOfItsPrefixAndFamily(String range, String address, boolean held) {
        assertThat(AddressRange.parse(range).contains(AddressRange.parseAddress(address)))
                .isEqualTo(held);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "localhost",
                "example.com",
                "10.1",
                "167772161",
                "010.0.0.1",
                "0x0a.0.0.1",
                "10.0.0.256",
                "10.0.0.1.",
                "10.0.0.1/33",
                "10.0.0.1/-1",
                "10.0.0.1/",
                "10.0.0.1/8/8",
                "10.0.0.1/0x8",
                "10.0.0.1/99999999999",
                " 10.0.0.1",
                "::1/129",
                ":::1",
                "[::1]",
                "fe80::1%eth0",
                "::ffff:10.0.0.0/8",
                "2001:db8::12345",
            })
    void refusesEverythingElseWithoutLookingAnythingUp(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isWrittenAsItIsRead() {
        assertThat(AddressRange.parse("10.1.2.3/8")).hasToString("10.0.0.0/8");
        assertThat(AddressRange.parse("2001:db8::/32")).hasToString("2001:db8:0:0:0:0:0:0/32");
        assertThat(AddressRange.parse("::ffff:10.0.0.0/104")).isEqualTo(AddressRange.parse("10.0.0.0/8"));
    }
}
