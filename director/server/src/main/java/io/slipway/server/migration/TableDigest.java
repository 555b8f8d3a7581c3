package io.slipway.server.migration;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many rows a table has, and a digest of all of them. The digests of rows are added up, so that their order does not
 * matter: the two databases sort text differently.
 */
final class TableDigest {
    private static final int BITS = 256;

    private long rows;
    private BigInteger sum = BigInteger.ZERO;

    void add(List<? extends @Nullable Object> row) {
        MessageDigest digest = sha256();
        for (Object value : row) {
            // With its length, so that no two rows are the same bytes.
            byte[] bytes = value == null ? new byte[0] : Column.canonical(value);
            digest.update(ByteBuffer.allocate(5)
                    .put((byte) (value == null ? 0 : 1))
                    .putInt(bytes.length)
                    .array());
            digest.update(bytes);
        }
        rows++;
        sum = sum.add(new BigInteger(1, digest.digest())).mod(BigInteger.ONE.shiftLeft(BITS));
    }

    long rows() {
        return rows;
    }

    /** Whether both are of the same rows. */
    boolean isSame(TableDigest other) {
        return rows == other.rows && sum.equals(other.sum);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
