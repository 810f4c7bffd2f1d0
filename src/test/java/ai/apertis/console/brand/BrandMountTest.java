package ai.apertis.console.brand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.apertis.RunningGateway;
import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** The files of the brand, as the build drew them and as the gateway hands them out. */
class BrandMountTest {
    private static final Pattern SHAPE = Pattern.compile(" d=\"([^\"]+)\"");
    private static final Pattern FAVICON = Pattern.compile("/favicon-(\\d+)x\\1\\.png");

    private static RunningGateway gateway;
    private static HttpClient http;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.shipped();
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() {
        http.close();
        gateway.close();
    }

    @Test
    void drawsTheMarkAtTwentyFiveSizes() throws Exception {
        assumeDrawn();
        Set<Integer> sizes = new HashSet<>();
        for (String path : BrandMount.paths().keySet()) {
            var favicon = FAVICON.matcher(path);
            if (favicon.matches()) {
                int size = Integer.parseInt(favicon.group(1));
                sizes.add(size);
                BufferedImage picture = picture(path);
                assertThat(picture.getWidth()).isEqualTo(size);
                assertThat(picture.getHeight()).isEqualTo(size);
                assertThat(alpha(picture, 0, 0)).as("the corner of " + path).isZero();
                int fromTheTop = size / 4;
                assertThat(alpha(picture, size / 2, fromTheTop))
                        .as("the apex of " + path)
                        .isGreaterThan(240);
                assertThat(alpha(picture, size / 2, size - 1))
                        .as("between the feet of " + path)
                        .isZero();
            }
        }
        assertThat(sizes).hasSize(25).contains(16, 32, 48, 180, 192, 512).allMatch(size -> size >= 16 && size <= 512);
    }

    @Test
    void leavesTheGroundOfHomeScreenIconsToNobodyAndTheMarkWithinEveryMask() throws Exception {
        assumeDrawn();
        Map<String, Integer> sizes =
                Map.of("/apple-touch-icon.png", 180, "/icon-maskable-192.png", 192, "/icon-maskable-512.png", 512);
        for (Map.Entry<String, Integer> icon : sizes.entrySet()) {
            BufferedImage picture = picture(icon.getKey());
            int size = icon.getValue();
            assertThat(picture.getWidth()).isEqualTo(size);
            assertThat(picture.getHeight()).isEqualTo(size);
            double safe = icon.getKey().contains("maskable") ? 0.4 * size : size;
            for (int x = 0; x < size; x++) {
                for (int y = 0; y < size; y++) {
                    assertThat(alpha(picture, x, y)).isEqualTo(255);
                    if (Math.hypot(x + 0.5 - size / 2.0, y + 0.5 - size / 2.0) > safe) {
                        assertThat(picture.getRGB(x, y) >> 8 & 0xff)
                                .as("the ground's green")
                                .isLessThan(0x50);
                    }
                }
            }
            assertThat(picture.getRGB(size / 2, size * 3 / 10) >> 8 & 0xff)
                    .as("the mark's green")
                    .isGreaterThan(0x80);
        }
    }

    @Test
    void packsThreeSizesIntoTheOldForm() throws Exception {
        assumeDrawn();
        ByteBuffer ico = ByteBuffer.wrap(body("/favicon.ico")).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(ico.getShort(0)).isZero();
        assertThat(ico.getShort(2)).isEqualTo((short) 1);
        assertThat(ico.getShort(4)).isEqualTo((short) 3);
        List<Integer> sizes = new ArrayList<>();
        for (int entry = 6; entry < 6 + 3 * 16; entry += 16) {
            int from = ico.getInt(entry + 12);
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(ico.array(), from, ico.getInt(entry + 8)));
            assertThat(picture.getWidth()).isEqualTo(ico.get(entry)).isEqualTo(ico.get(entry + 1));
            sizes.add(picture.getWidth());
        }
        assertThat(sizes).containsExactly(16, 32, 48);
    }

    @Test
    void hasAPreviewOfItsOwnForEachKindOfPage() throws Exception {
        assumeDrawn();
        Set<Integer> different = new HashSet<>();
        for (String kind : List.of("home", "models", "changelog", "docs", "status", "pricing")) {
            byte[] bytes = body("/social/" + kind + ".png");
            different.add(Arrays.hashCode(bytes));
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(bytes));
            assertThat(picture.getWidth()).isEqualTo(1200);
            assertThat(picture.getHeight()).isEqualTo(630);
        }
        assertThat(different).hasSize(6);
    }

    @Test
    void namesIconsInTheManifestThatThereAre() throws Exception {
        JsonNode manifest = RunningGateway.json(text("/site.webmanifest"));
        assertThat(manifest.path("name").textValue()).isEqualTo("Apertis");
        assertThat(manifest.path("icons").size()).isGreaterThanOrEqualTo(4);
        for (JsonNode icon : manifest.path("icons")) {
            String path = icon.path("src").textValue();
            assertThat(BrandMount.paths()).containsKey(path);
            if (path.endsWith(".png")) {
                assertThat(path.replaceAll("\\D+(\\d+).*", "$1x$1"))
                        .isEqualTo(icon.path("sizes").textValue());
            }
        }
    }

    @Test
    void drawsEveryVariantWithTheMarksOwnShapes() throws Exception {
        List<String> shapes = SHAPE.matcher(text("/brand/mark.svg"))
                .results()
                .map(shape -> shape.group(1))
                .toList();
        assertThat(shapes).hasSizeGreaterThanOrEqualTo(2);
        for (String name : List.of("mark", "logo-light", "logo-dark", "loading")) {
            String svg = text("/brand/" + name + ".svg");
            Element root = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                    .getDocumentElement();
            assertThat(root.getTagName()).isEqualTo("svg");
            assertThat(svg.replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
                    .contains(shapes)
                    .doesNotContain("<text", "<script", "href", "http", " style=", "@import", "url(\"");
        }
        assertThat(text("/brand/loading.svg")).containsPattern("prefers-reduced-motion: *reduce[^}]+animation: *none");
    }

    @Test
    void handsOutEveryFileWithItsTypeAndOnceADay() throws Exception {
        assumeDrawn();
        for (String path : BrandMount.paths().keySet()) {
            HttpResponse<byte[]> answer = ask("GET", path, null);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type")).as(path).hasValue(typeOf(path));
            assertThat(answer.headers().firstValue("cache-control")).hasValue("public, max-age=86400");
            assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
            String tag = answer.headers().firstValue("etag").orElseThrow();
            HttpResponse<byte[]> head = ask("HEAD", path, null);
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValue("etag")).hasValue(tag);
            assertThat(head.headers().firstValueAsLong("content-length")).hasValue(answer.body().length);
            HttpResponse<byte[]> again = ask("GET", path, "\"other\", W/" + tag);
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(again.headers().firstValue("etag")).hasValue(tag);
        }
        assertThat(ask("GET", "/favicon.ico", "\"other\"").statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/favicon-17x17.png", null).statusCode()).isEqualTo(404);
    }

    private static String typeOf(String path) {
        return path.endsWith(".svg")
                ? "image/svg+xml"
                : path.endsWith(".ico")
                        ? "image/x-icon"
                        : path.endsWith(".webmanifest") ? "application/manifest+json" : "image/png";
    }

    /** Maven draws before it tests, and then nothing may be missing; who compiles by other means has no images. */
    private static void assumeDrawn() {
        boolean maven = System.getProperty("surefire.test.class.path") != null || System.getProperty("basedir") != null;
        assumeTrue(
                maven || BrandMountTest.class.getResource("/console/brand/favicon.ico") != null,
                "the images are drawn by Maven's build, which did not run");
    }

    private static BufferedImage picture(String path) throws IOException, InterruptedException {
        return ImageIO.read(new ByteArrayInputStream(body(path)));
    }

    private static int alpha(BufferedImage picture, int x, int y) {
        return picture.getRGB(x, y) >>> 24;
    }

    private static String text(String path) throws IOException, InterruptedException {
        return new String(body(path), StandardCharsets.UTF_8);
    }

    private static byte[] body(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = ask("GET", path, null);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    private static HttpResponse<byte[]> ask(String method, String path, @org.jspecify.annotations.Nullable String has)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (has != null) {
            request.header("If-None-Match", has);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
