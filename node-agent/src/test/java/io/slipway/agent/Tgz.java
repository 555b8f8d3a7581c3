package io.slipway.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Archives for tests, written byte by byte, so that they can hold what no honest tar writes. */
final class Tgz {
    private static final int BLOCK = 512;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Tgz file(String name, String content) {
        var data = content.getBytes(StandardCharsets.UTF_8);
        header(name, data.length, '0', "");
        bytes.writeBytes(data);
        bytes.writeBytes(new byte[(BLOCK - data.length % BLOCK) % BLOCK]);
        return this;
    }

    Tgz link(String name, String target) {
        header(name, 0, '2', target);
        return this;
    }

    private void header(String name, int size, char type, String target) {
        var header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, String.format("%011o\0", size));
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, target);
        put(header, 257, "ustar\00000");
        var sum = 0;
        for (var b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        bytes.writeBytes(header);
    }

    private static void put(byte[] header, int at, String text) {
        var raw = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(raw, 0, header, at, raw.length);
    }

    byte[] bytes() {
        var zipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(zipped)) {
            gzip.write(bytes.toByteArray());
            gzip.write(new byte[2 * BLOCK]);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }
}
