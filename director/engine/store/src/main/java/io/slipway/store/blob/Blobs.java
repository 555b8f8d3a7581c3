package io.slipway.store.blob;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Blobs of one area, named by the digest of their content: equal content is stored once, also where several put it at the
 * same time, and a blob that is there is whole. Who is told that one was put finds it again, on every director that shares
 * the store. Calls block.
 */
public interface Blobs {

    /** What is done with a blob's file. */
    @FunctionalInterface
    interface FileUse<T, X extends Exception> {
        T of(Path file) throws IOException, X;
    }

    /** Stores a stream's content; the stream is read to its end and not closed. One that fails half-way leaves no blob. */
    StoredBlob put(InputStream content) throws IOException;

    /** Stores a file's content, also over a blob that is there already: it may have been damaged. */
    StoredBlob putAnew(Path file) throws IOException;

    /** Stores content that is at hand; what is there already costs no more than its digest. */
    default StoredBlob put(byte[] content) throws IOException {
        String name = Sha256.of(content);
        return has(name) ? new StoredBlob(name, content.length) : put(new ByteArrayInputStream(content));
    }

    default StoredBlob put(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return put(content);
        }
    }

    boolean has(String sha256);

    /** Throws {@link NoSuchFileException} where there is no such blob. */
    long size(String sha256) throws IOException;

    /**
     * Throws {@link NoSuchFileException} where there is no such blob. Where it is deleted meanwhile, a reader gets all of it
     * or an {@link IOException}.
     */
    InputStream open(String sha256) throws IOException;

    /**
     * Lets somebody use a file with a blob's content, which is there until the call returns and must not be changed. Throws
     * {@link NoSuchFileException} where there is no such blob.
     */
    <T, X extends Exception> T withFile(String sha256, FileUse<T, X> use) throws IOException, X;

    /** Absent is success. */
    void delete(String sha256) throws IOException;
}
