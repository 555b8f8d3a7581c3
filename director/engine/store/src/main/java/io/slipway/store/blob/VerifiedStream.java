package io.slipway.store.blob;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** A blob's content, which ends in an {@link IOException} where it is not what the blob's name says. */
final class VerifiedStream extends FilterInputStream {
    private final String sha256;
    private final MessageDigest digest = Sha256.digest();
    private boolean isVerified;

    VerifiedStream(InputStream content, String sha256) {
        super(content);
        this.sha256 = sha256;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        if (read < 0) {
            verify();
        } else {
            digest.update((byte) read);
        }
        return read;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = super.read(target, offset, length);
        if (read < 0) {
            verify();
        } else {
            digest.update(target, offset, read);
        }
        return read;
    }

    /** What is not read cannot be verified. */
    @Override
    public long skip(long count) throws IOException {
        long skipped = 0;
        while (skipped < count && read() >= 0) {
            skipped++;
        }
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void verify() throws IOException {
        if (!isVerified) {
            String found = Sha256.name(digest.digest());
            if (!found.equals(sha256)) {
                throw new IOException("blob " + sha256 + " is damaged: its content has digest " + found);
            }
            isVerified = true;
        }
    }
}
