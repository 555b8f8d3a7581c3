package io.slipway.cpi.vsphere;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.RemoteException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** The image file of a stemcell for vSphere: an archive, packed or not, of one OVF descriptor and its disks. */
final class StemcellImage {
    private static final int LARGEST_DESCRIPTOR = 1024 * 1024;
    private static final int GZIP_MAGIC = 0x1f;

    private final Path file;

    StemcellImage(Path file) {
        this.file = file;
    }

    /** SHA-256 of the file. */
    String digest() {
        try (var stream = new DigestInputStream(open(), MessageDigest.getInstance("SHA-256"))) {
            stream.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(stream.getMessageDigest().digest());
        } catch (IOException e) {
            throw unreadable(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The OVF descriptor. */
    String descriptor() throws RemoteException {
        return find(name -> name.toLowerCase(Locale.ROOT).endsWith(".ovf"), (entry, content) -> {
                    if (entry.getSize() > LARGEST_DESCRIPTOR) {
                        throw new IOException("its descriptor '" + entry.getName() + "' has " + entry.getSize()
                                + " bytes, more than " + LARGEST_DESCRIPTOR);
                    }
                    return new String(content.readAllBytes(), StandardCharsets.UTF_8);
                })
                .orElseThrow(() -> unreadable(new IOException("it holds no file *.ovf")));
    }

    /** Lets a disk be read. */
    <T> T disk(String name, Reader<T> reader) throws RemoteException {
        return find(found -> found.equals(name), reader)
                .orElseThrow(() -> unreadable(new IOException("it holds no file '" + name + "'")));
    }

    @FunctionalInterface
    interface Reader<T> {
        T read(TarArchiveEntry entry, InputStream content) throws IOException;
    }

    private <T> Optional<T> find(Predicate<String> wanted, Reader<T> reader) throws RemoteException {
        try (var archive = new TarArchiveInputStream(unpacked())) {
            for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                String name = entry.getName().startsWith("./") ? entry.getName().substring(2) : entry.getName();
                if (entry.isFile() && wanted.test(name)) {
                    return Optional.of(reader.read(entry, archive));
                }
            }
            return Optional.empty();
        } catch (RemoteException ofTheReader) {
            throw ofTheReader;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private InputStream unpacked() throws IOException {
        var stream = open();
        stream.mark(1);
        int first = stream.read();
        stream.reset();
        return first == GZIP_MAGIC ? new GzipCompressorInputStream(stream) : stream;
    }

    private BufferedInputStream open() throws IOException {
        return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }

    private CpiException unreadable(IOException e) {
        return new CpiException(
                new CpiFailure.InvalidRequest("stemcell image " + file.getFileName()
                        + " is no image for vSphere: expected a tar archive of an OVF descriptor and its disks ("
                        + e.getMessage() + ")"),
                e);
    }
}
