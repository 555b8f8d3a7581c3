package io.slipway.cpi.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** A tgz of a few small files, written as the format says so that the kit needs no library. */
public final class TinyTgz {
    private static final int BLOCK = 512;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_LENGTH = 8;

    private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

    /** Adds an executable file. */
    public TinyTgz file(String name, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        tar.writeBytes(header(name, bytes.length));
        tar.writeBytes(Arrays.copyOf(bytes, (bytes.length + BLOCK - 1) / BLOCK * BLOCK));
        return this;
    }

    public byte[] bytes() {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(tar.toByteArray());
            gzip.write(new byte[2 * BLOCK]);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    private static byte[] header(String name, int size) {
        var header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000755");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", size));
        put(header, 136, "00000000000");
        Arrays.fill(header, CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_LENGTH, (byte) ' ');
        header[156] = '0';
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, CHECKSUM_AT, String.format("%06o", sum));
        header[CHECKSUM_AT + 6] = 0;
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
