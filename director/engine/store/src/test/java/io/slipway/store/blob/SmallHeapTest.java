package io.slipway.store.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.EmptyDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs that are larger than the heap pass through it, in and out. */
class SmallHeapTest {
    private static final long SIZE = 200L * 1024 * 1024;

    @TempDir
    Path folder;

    /** A process with little memory. */
    static final class Carrier {
        private Carrier() {}

        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            try (var database = Database.open(new DatabaseSettings(arguments[1], arguments[2], arguments[3]));
                    var areas = new DatabaseAreas(database.jdbi(), folder.resolve("copies"))) {
                carry(areas.area("blobs"));
            }
        }

        static void carry(Blobs blobs) throws IOException {
            var stored = blobs.put(new Endless(SIZE));
            long read = 0;
            try (InputStream content = blobs.open(stored.sha256())) {
                byte[] buffer = new byte[64 * 1024];
                for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                    read += count;
                }
            }
            blobs.delete(stored.sha256());
            if (read != SIZE || blobs.has(stored.sha256())) {
                throw new IllegalStateException("read " + read);
            }
        }
    }

    /** H2 lives in the same heap, and has there what it is about to write. */
    @Test
    void in_h2() throws Exception {
        carry("-Xmx160m", EmptyDatabase.H2.in(folder));
    }

    @Test
    void in_postgresql() throws Exception {
        carry("-Xmx64m", EmptyDatabase.POSTGRESQL.in(folder));
    }

    private void carry(String heap, DatabaseSettings settings) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-cp",
                System.getProperty("java.class.path"),
                Carrier.class.getName(),
                folder.toString()));
        command.addAll(List.of(settings.url(), settings.user(), settings.password()));

        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    /** So many bytes, made while they are read. */
    static final class Endless extends InputStream {
        private final byte[] some = new byte[64 * 1024];
        private long left;

        Endless(long size) {
            left = size;
            new Random(1).nextBytes(some);
        }

        @Override
        public int read() {
            return left-- > 0 ? some[(int) (left % some.length)] & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(Math.min(length, some.length), left);
            System.arraycopy(some, 0, target, offset, count);
            left -= count;
            return count;
        }
    }
}
