package io.slipway.engine;

/** Short-lived signed addresses of blobs, as agents can reach them. */
public interface BlobLinks {

    /** Where to fetch a blob. */
    String download(String sha256);

    /** Where to put one; the key finds what was put. */
    String upload(String uploadKey);
}
