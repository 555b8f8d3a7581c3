package io.slipway.store.blob;

import java.io.IOException;

/** A store of blobs, in areas: what is deleted in one is still there in another. */
public interface BlobAreas extends AutoCloseable {

    /**
     * An area, there as soon as something is put there.
     *
     * @param name letters, digits, dashes and slashes
     */
    Blobs area(String name) throws IOException;

    /** Deletes all blobs of an area; absent is success. */
    void remove(String name) throws IOException;

    /**
     * Deletes what directors that died have left half stored in an area and those below it. Who is storing something
     * meanwhile is not disturbed.
     */
    void tidy(String name) throws IOException;

    @Override
    default void close() {}
}
