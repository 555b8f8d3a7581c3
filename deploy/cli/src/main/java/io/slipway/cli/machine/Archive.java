package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.slipway.cli.CliException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Name and version of a release or stemcell archive, read from its MF file. */
record Archive(Path file, String name, String version) {
    private static final int BLOCK = 512;
    private static final long LARGEST_MANIFEST = 16 << 20;

    /** Reads the archive up to its manifest, which is release.MF or stemcell.MF. */
    static Archive read(Path file, String manifestName) {
        try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)), 1 << 16)) {
            JsonNode manifest = new YAMLMapper().readTree(entry(in, manifestName));
            String name = manifest.path("name").asText("");
            String version = manifest.path("version").asText("");
            if (name.isEmpty() || version.isEmpty()) {
                throw new CliException(file + " has no name or no version in its " + manifestName + ": build it again");
            }
            return new Archive(file, name, version);
        } catch (IOException corrupt) {
            throw new CliException(
                    file + " is not a sound archive (" + corrupt.getMessage() + "): build it again", corrupt);
        }
    }

    private static byte[] entry(InputStream in, String wanted) throws IOException {
        while (true) {
            byte[] header = in.readNBytes(BLOCK);
            if (header.length < BLOCK || header[0] == 0) {
                throw new EOFException("no " + wanted + " in it");
            }
            String name = text(header, 0, 100).replaceFirst("^\\./", "");
            long size = Long.parseLong(text(header, 124, 12).strip(), 8);
            long padded = (size + BLOCK - 1) / BLOCK * BLOCK;
            if (name.equals(wanted)) {
                if (size > LARGEST_MANIFEST) {
                    throw new IOException(wanted + " in it is too large");
                }
                return in.readNBytes(Math.toIntExact(size));
            }
            in.skipNBytes(padded);
        }
    }

    private static String text(byte[] header, int offset, int length) {
        int end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return new String(header, offset, end - offset, StandardCharsets.UTF_8);
    }
}
