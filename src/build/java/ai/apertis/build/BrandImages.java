package ai.apertis.build;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Makes every image of the brand from {@code mark.svg}: favicons, icons for home screens and previews for links. The build runs
 * it before it compiles; it does nothing while what it made is newer than what it is made of.
 */
public final class BrandImages {
    private static final int[] ICO_SIZES = {16, 32, 48};
    private static final int[] MASKABLE_SIZES = {192, 512};
    private static final int APPLE_SIZE = 180;

    /** Of the width. Apple rounds the corners and leaves the rest. */
    private static final double APPLE_SHARE = 0.70;

    /** Of the width: keeps the feet of the mark within the circle of 80 % that every mask leaves. */
    private static final double MASKABLE_SHARE = 0.60;

    private final Path brand;
    private final Path build;
    private final Path out;
    private final Properties names = new Properties();

    private BrandImages(Path brand, Path build, Path out) throws IOException {
        this.brand = brand;
        this.build = build;
        this.out = out;
        try (Reader file = Files.newBufferedReader(brand.resolve("brand.properties"))) {
            names.load(file);
        }
    }

    /**
     * Makes them.
     *
     * @param args where {@code mark.svg} is, the folder of this program and its templates, and where the images go
     * @throws IOException when something cannot be read or written, which fails the build
     */
    public static void main(String[] args) throws IOException {
        new BrandImages(Path.of(args[0]), Path.of(args[1]), Path.of(args[2])).make();
    }

    private void make() throws IOException {
        Path done = out.resolve("made.txt");
        if (isNewer(done)) {
            return;
        }
        Files.createDirectories(out);
        Drawing mark = new Drawing(Files.readString(brand.resolve("mark.svg")));
        List<String> made = new ArrayList<>();
        for (String size : names.getProperty("favicons").split(" ")) {
            int pixels = Integer.parseInt(size);
            write(made, "favicon-" + size + "x" + size + ".png", mark.png(pixels, pixels));
        }
        write(made, "favicon.ico", IconFile.of(mark, ICO_SIZES));
        write(made, "apple-touch-icon.png", onGround(mark, APPLE_SHARE).png(APPLE_SIZE, APPLE_SIZE));
        for (int pixels : MASKABLE_SIZES) {
            write(
                    made,
                    "icon-maskable-" + pixels + ".png",
                    onGround(mark, MASKABLE_SHARE).png(pixels, pixels));
        }
        Files.createDirectories(out.resolve("social"));
        Preview preview = new Preview(
                Files.readString(build.resolve("brand/social.svg")),
                mark,
                Letters.read(build.resolve("brand/letters.txt")));
        for (String name : names.stringPropertyNames()) {
            if (name.startsWith("social.")) {
                write(
                        made,
                        name.replace('.', '/') + ".png",
                        preview.of(names.getProperty(name)).png(Preview.WIDTH, Preview.HEIGHT));
            }
        }
        Files.write(done, made.stream().sorted().toList());
    }

    private Drawing onGround(Drawing mark, double share) throws IOException {
        String ground = Files.readString(build.resolve("brand/icon.svg"));
        return new Drawing(ground.replace("{mark}", mark.at((1 - share) / 2 * 512, (1 - share) / 2 * 512, share)));
    }

    private void write(List<String> made, String name, byte[] bytes) throws IOException {
        Files.write(out.resolve(name), bytes);
        made.add(name);
    }

    private boolean isNewer(Path done) throws IOException {
        if (!Files.exists(done)) {
            return false;
        }
        for (String name : Files.readAllLines(done)) {
            if (!Files.exists(out.resolve(name))) {
                return false;
            }
        }
        long made = Files.getLastModifiedTime(done).toMillis();
        for (Path folder : List.of(brand, build)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (Files.getLastModifiedTime(file).toMillis() > made) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
