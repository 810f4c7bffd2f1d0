package ai.apertis.build;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A {@code favicon.ico}: a head of 6 bytes, 16 bytes for each picture, then the pictures as PNG. */
final class IconFile {
    private static final int HEAD = 6;
    private static final int ENTRY = 16;

    private IconFile() {}

    /** The drawing at these sizes, each below 256 pixels, in one file. */
    static byte[] of(Drawing drawing, int... sizes) throws IOException {
        List<byte[]> pictures = new ArrayList<>();
        int length = HEAD + ENTRY * sizes.length;
        for (int size : sizes) {
            byte[] picture = drawing.png(size, size);
            pictures.add(picture);
            length += picture.length;
        }
        ByteBuffer file = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.putShort((short) 0).putShort((short) 1).putShort((short) sizes.length);
        int offset = HEAD + ENTRY * sizes.length;
        for (int i = 0; i < sizes.length; i++) {
            int bytes = pictures.get(i).length;
            file.put((byte) sizes[i]).put((byte) sizes[i]).put((byte) 0).put((byte) 0);
            file.putShort((short) 1).putShort((short) 32).putInt(bytes).putInt(offset);
            offset += bytes;
        }
        pictures.forEach(file::put);
        return file.array();
    }
}
