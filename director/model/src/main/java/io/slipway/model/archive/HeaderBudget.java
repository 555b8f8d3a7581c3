package io.slipway.model.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Lets a reader of a tar archive read so much and no more until it is given more. Long names and extended headers are
 * gathered in memory, and may claim any size.
 */
final class HeaderBudget extends FilterInputStream {
    private long left;
    private long position;

    HeaderBudget(InputStream in) {
        super(in);
    }

    void allow(long bytes) {
        left = bytes;
    }

    /** How many bytes were read or skipped so far. */
    long position() {
        return position;
    }

    @Override
    public int read() throws IOException {
        int one = super.read();
        spend(one < 0 ? 0 : 1);
        return one;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        spend(Math.max(0, count));
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(count);
        spend(skipped);
        return skipped;
    }

    private void spend(long bytes) throws IOException {
        position += bytes;
        left -= bytes;
        if (left < 0) {
            throw new IOException("an entry's header is too large");
        }
    }
}
