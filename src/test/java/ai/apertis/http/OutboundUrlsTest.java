package ai.apertis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundUrlsTest {
    private static final OutboundUrls NO_NAMES = new OutboundUrls(false, host -> {
        throw new AssertionError("looked up " + host);
    });

    @ParameterizedTest
    @ValueSource(
            strings = {
                // not https, or no URL that one could open
                "",
                "hooks",
                "//example.org/",
                "http://example.org/",
                "ftp://example.org/",
                "file:///etc/passwd",
                "gopher://example.org/",
                "jar:https://example.org!/",
                "data:text/plain,hi",
                "https:",
                "https://",
                "https:///path",
                "https:example.org",
                "https://exa mple.org/",
                "https://example.org:0/",
                "https://example.org:65536/",
                "https://example.org:-1/",
                "https://user@example.org/",
                "https://user:pass@example.org/",
                "https://127.0.0.1@example.org/",
                "https://example.org#@127.0.0.1/",
                "https://example.org\\@127.0.0.1/",
                "https://example.org/#fragment",
                "https://example.org./",
                "https://exam_ple.org/",
                "https://１２７.0.0.1/",
                "https://127。0。0。1/",
                "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
                "https://%31%32%37.0.0.1/",
                "https://example.org\r\nHost: internal/",
                // IPv4: this machine, under all its names
                "https://127.0.0.1/",
                "https://127.0.0.1:8080/",
                "https://127.1/",
                "https://127.0.1/",
                "https://127.255.255.254/",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://0X7F000001/",
                "https://0x7f.1/",
                "https://0x7f.0.0.1/",
                "https://0x7f.0x0.0x0.0x1/",
                "https://017700000001/",
                "https://0177.0.0.1/",
                "https://0177.0.0.01/",
                "https://127.0.0.0x1/",
                "https://127.0.0.01/",
                "https://127.00.0.1/",
                "https://127.0.0.1./",
                "https://4294967297/",
                "https://256.0.0.1/",
                "https://1.2.3.4.5/",
                "https://127.0.0.1.0x/",
                "https://0/",
                "https://0.0.0.0/",
                "https://0.1.2.3/",
                "https://localhost/",
                "https://LOCALHOST/",
                "https://hooks.localhost/",
                // private, shared, link-local, metadata
                "https://10.0.0.1/",
                "https://10.255.255.255/",
                "https://012.0.0.1/",
                "https://0xa000001/",
                "https://167772161/",
                "https://100.64.0.1/",
                "https://100.127.255.255/",
                "https://100.100.100.200/",
                "https://168.63.129.16/",
                "https://169.254.0.1/",
                "https://169.254.169.254/latest/meta-data/",
                "https://0xa9fea9fe/",
                "https://2852039166/",
                "https://0251.0376.0251.0376/",
                "https://169.254.43518/",
                "https://172.16.0.1/",
                "https://172.31.255.255/",
                "https://192.168.0.1/",
                "https://192.168.1/",
                "https://3232235777/",
                // for other purposes than being reached
                "https://192.0.0.1/",
                "https://192.0.2.1/",
                "https://192.88.99.1/",
                "https://198.18.0.1/",
                "https://198.19.255.255/",
                "https://198.51.100.1/",
                "https://203.0.113.1/",
                "https://224.0.0.1/",
                "https://239.255.255.250/",
                "https://240.0.0.1/",
                "https://255.255.255.255/",
                // IPv6
                "https://[::]/",
                "https://[::1]/",
                "https://[0:0:0:0:0:0:0:1]/",
                "https://[0000:0000:0000:0000:0000:0000:0000:0001]/",
                "https://[::1%25lo]/",
                "https://[::127.0.0.1]/",
                "https://[::7f00:1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:7f00:1]/",
                "https://[0:0:0:0:0:ffff:7f00:1]/",
                "https://[::ffff:10.0.0.1]/",
                "https://[::ffff:169.254.169.254]/",
                "https://[::ffff:a9fe:a9fe]/",
                "https://[::ffff:0:127.0.0.1]/",
                "https://[64:ff9b::127.0.0.1]/",
                "https://[64:ff9b::a9fe:a9fe]/",
                "https://[64:ff9b:1::1]/",
                "https://[100::1]/",
                "https://[2001::1]/",
                "https://[2001:0:7f00:1::]/",
                "https://[2001:db8::1]/",
                "https://[2002:7f00:1::]/",
                "https://[2002:a9fe:a9fe::]/",
                "https://[3fff::1]/",
                "https://[5f00::1]/",
                "https://[fc00::1]/",
                "https://[fd00:ec2::254]/",
                "https://[fe80::1]/",
                "https://[fe80::1%25eth0]/",
                "https://[fec0::1]/",
                "https://[ff02::1]/",
                "https://[4000::1]/",
                "https://[::1/",
                "https://::1/"
            })
    void refusesWithoutALookUp(String url) {
        assertThatThrownBy(() -> NO_NAMES.resolve(url)).isInstanceOf(RefusedUrl.class);
        assertThatThrownBy(() -> NO_NAMES.parse(url)).isInstanceOf(RefusedUrl.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://8.8.8.8/",
                "https://8.8.8.8:8443/hook?x=1",
                "https://11.0.0.1/",
                "https://100.63.255.255/",
                "https://100.128.0.1/",
                "https://172.15.0.1/",
                "https://172.32.0.1/",
                "https://192.167.255.255/",
                "https://223.255.255.255/",
                "HTTPS://1.1.1.1/",
                "https://[2606:4700:4700::1111]/",
                "https://[2a00:1450:4001:81b::200e]:8443/"
            })
    void acceptsPublicAddresses(String url) {
        assertThatCode(() -> NO_NAMES.resolve(url)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:192.168.0.1"})
    void refusesANameByWhatItMeans(String address) {
        OutboundUrls urls = urls(false, "8.8.8.8", address);
        assertThatThrownBy(() -> urls.resolve("https://hooks.example.org/")).isInstanceOf(RefusedUrl.class);
        assertThatCode(() -> urls.parse("https://hooks.example.org/")).doesNotThrowAnyException();
    }

    @Test
    void looksUpOnceAndConnectsToWhatItChecked() throws UnknownHostException {
        AtomicInteger asked = new AtomicInteger();
        InetAddress good = InetAddress.ofLiteral("8.8.4.4");
        OutboundUrls rebinding = new OutboundUrls(false, host ->
                new InetAddress[] {asked.getAndIncrement() == 0 ? good : InetAddress.getLoopbackAddress()});

        OutboundUrls.Target target = rebinding.resolve("https://rebinding.example.org/hook");

        assertThat(target.address()).isEqualTo(good);
        assertThat(target.port()).isEqualTo(443);
        assertThat(target.url().getHost()).isEqualTo("rebinding.example.org");
        assertThat(asked).hasValue(1);
    }

    @Test
    void saysWhenANameMeansNothing() {
        OutboundUrls nobody = new OutboundUrls(false, host -> {
            throw new UnknownHostException(host);
        });
        assertThatThrownBy(() -> nobody.resolve("https://nobody.example.org/"))
                .isInstanceOf(RefusedUrl.class)
                .hasMessage("has a host that cannot be found");
    }

    @Test
    void letsLoopbackInWhereToldTo() {
        OutboundUrls trying = urls(true, "127.0.0.1");
        assertThat(trying.resolve("http://localhost:8123/hook").port()).isEqualTo(8123);
        assertThat(trying.resolve("http://127.0.0.1/hook").port()).isEqualTo(80);
        assertThatCode(() -> trying.resolve("https://[::1]:8443/")).doesNotThrowAnyException();
        assertThatThrownBy(() -> trying.resolve("http://8.8.8.8/")).isInstanceOf(RefusedUrl.class);
        assertThatThrownBy(() -> trying.resolve("https://10.0.0.1/")).isInstanceOf(RefusedUrl.class);
    }

    private static OutboundUrls urls(boolean loopbackAllowed, String... addresses) {
        return new OutboundUrls(loopbackAllowed, host -> {
            InetAddress[] found = new InetAddress[addresses.length];
            for (int i = 0; i < found.length; i++) {
                found[i] = InetAddress.ofLiteral(addresses[i]);
            }
            return found;
        });
    }
}
