package io.slipway.store.blob;

/** A blob by its content's digest, in lower-case hexadecimal. */
public record StoredBlob(String sha256, long sizeBytes) {}
