package io.slipway.store.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store of blobs keeps to. */
abstract class BlobsContract {
    private static final String NONE = "0".repeat(64);
    private static final int CHUNK = DatabaseBlobs.CHUNK_BYTES;

    @TempDir
    Path folder;

    private BlobAreas areas;
    Blobs blobs;

    /** The test's store, which nobody has put anything into yet, as one more director opens it. */
    abstract BlobAreas director() throws Exception;

    /** Spoils what the store keeps of a blob. */
    abstract void damage(String sha256) throws Exception;

    /** Blobs, and parts of them, that the store keeps. */
    abstract int kept() throws Exception;

    @BeforeEach
    void start() throws Exception {
        areas = director();
        blobs = areas.area("blobs");
    }

    @AfterEach
    void stop() {
        areas.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK})
    void gives_back_what_was_put(int size) throws Exception {
        byte[] content = content(size);

        StoredBlob stored = blobs.put(new ByteArrayInputStream(content));

        assertThat(stored).isEqualTo(new StoredBlob(Sha256.of(content), size));
        assertThat(blobs.has(stored.sha256())).isTrue();
        assertThat(blobs.size(stored.sha256())).isEqualTo(size);
        assertThat(read(blobs, stored.sha256())).isEqualTo(content);
        assertThat(blobs.withFile(stored.sha256(), Files::readAllBytes)).isEqualTo(content);
        assertThat(blobs.put(content)).isEqualTo(stored);
        assertThat(blobs.put(Files.write(folder.resolve("content"), content))).isEqualTo(stored);
        assertThat(kept()).isEqualTo(1);
    }

    @Test
    void a_file_of_a_blob_is_for_the_owner_alone_and_gone_afterwards_if_it_is_a_copy() throws Exception {
        var stored = blobs.put(content(10));
        var folders = new ArrayList<String>();

        Path used = blobs.withFile(stored.sha256(), file -> {
            for (Path parent = file.getParent();
                    parent != null && !parent.equals(folder);
                    parent = parent.getParent()) {
                folders.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(parent)));
            }
            return file;
        });

        assertThat(folders).contains("rwx------");
        assertThat(Files.exists(used)).isEqualTo(this instanceof DirectoryBlobsTest);
    }

    @Test
    void says_so_where_there_is_no_such_blob() throws Exception {
        assertThat(blobs.has(NONE)).isFalse();
        assertThatThrownBy(() -> blobs.open(NONE)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> blobs.size(NONE)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> blobs.withFile(NONE, file -> file)).isInstanceOf(NoSuchFileException.class);
        blobs.delete(NONE);
        assertThatThrownBy(() -> blobs.has("../" + NONE.substring(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a SHA-256 digest");
    }

    @Test
    void what_is_deleted_in_one_area_stays_in_another() throws Exception {
        Blobs bundles = areas.area("bundles");
        var stored = blobs.put(content(CHUNK + 5));
        bundles.put(content(CHUNK + 5));

        blobs.delete(stored.sha256());

        assertThat(blobs.has(stored.sha256())).isFalse();
        assertThat(read(bundles, stored.sha256())).isEqualTo(content(CHUNK + 5));
        assertThat(kept()).isEqualTo(1);
    }

    @Test
    void an_area_goes_with_all_that_is_in_it() throws Exception {
        Blobs one = areas.area("uploads/one");
        Blobs other = areas.area("uploads/one-more");
        var stored = one.put(content(CHUNK));
        one.put(content(7));
        other.put(content(CHUNK));

        areas.remove("uploads/one");
        areas.remove("uploads/none");

        assertThat(one.has(stored.sha256())).isFalse();
        assertThat(read(other, stored.sha256())).hasSize(CHUNK);
        assertThat(kept()).isEqualTo(1);
    }

    @Test
    void what_one_director_put_another_finds() throws Exception {
        var stored = blobs.put(content(CHUNK + 1));

        try (BlobAreas others = director()) {
            assertThat(read(others.area("blobs"), stored.sha256())).isEqualTo(content(CHUNK + 1));
        }
    }

    @Test
    void those_who_put_the_same_at_once_all_succeed() throws Exception {
        byte[] content = content(CHUNK + 100);
        var start = new CyclicBarrier(6);

        var stored = together(6, () -> {
            start.await();
            return blobs.put(new ByteArrayInputStream(content));
        });

        assertThat(stored).containsOnly(new StoredBlob(Sha256.of(content), content.length));
        assertThat(read(blobs, Sha256.of(content))).isEqualTo(content);
        assertThat(kept()).isEqualTo(1);
    }

    @Test
    void those_who_put_the_same_anew_at_once_all_succeed() throws Exception {
        byte[] content = content(CHUNK + 100);
        Path file = Files.write(folder.resolve("content"), content);
        blobs.put(content);
        var start = new CyclicBarrier(4);

        together(4, () -> {
            start.await();
            return blobs.putAnew(file);
        });
        areas.tidy("blobs");

        assertThat(read(blobs, Sha256.of(content))).isEqualTo(content);
        assertThat(kept()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 2 * CHUNK + 10})
    void a_put_whose_stream_breaks_leaves_nothing(int size) throws Exception {
        byte[] content = content(size);
        var breaking = new InputStream() {
            private int position;

            @Override
            public int read() throws IOException {
                if (position == content.length) {
                    throw new IOException("the client has gone");
                }
                return content[position++] & 0xff;
            }
        };

        assertThatThrownBy(() -> blobs.put(breaking))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the client has gone");

        assertThat(blobs.has(Sha256.of(content))).isFalse();
        assertThat(kept()).isZero();
    }

    @Test
    void damaged_content_is_mended_by_what_is_put_anew() throws Exception {
        byte[] content = content(2 * CHUNK + 10);
        var stored = blobs.put(content);
        damage(stored.sha256());

        assertThat(blobs.put(content)).isEqualTo(stored);
        blobs.putAnew(Files.write(folder.resolve("content"), content));

        assertThat(read(blobs, stored.sha256())).isEqualTo(content);
        assertThat(kept()).isEqualTo(1);
    }

    @Test
    void who_reads_while_it_is_deleted_gets_all_or_is_told() throws Exception {
        byte[] content = content(5 * CHUNK);
        for (int round = 0; round < 5; round++) {
            var stored = blobs.put(content);
            byte[] start;
            byte[] rest = {};
            boolean isTold = false;
            try (InputStream reading = blobs.open(stored.sha256())) {
                start = reading.readNBytes(100);
                blobs.delete(stored.sha256());
                rest = reading.readAllBytes();
            } catch (IOException told) {
                isTold = true;
                start = new byte[100];
            }
            assertThat(isTold || start.length + rest.length == content.length).isTrue();
            assertThat(blobs.has(stored.sha256())).isFalse();
            assertThat(kept()).isZero();
        }
    }

    @Test
    void puts_reads_and_deletes_do_not_disturb_each_other() throws Exception {
        var contents = List.of(content(CHUNK + 1), content(CHUNK + 2), content(500));

        together(6, () -> {
            var random = new Random(Thread.currentThread().threadId());
            for (int i = 0; i < 15; i++) {
                byte[] content = contents.get(random.nextInt(contents.size()));
                String sha256 = Sha256.of(content);
                switch (random.nextInt(3)) {
                    case 0 -> blobs.delete(sha256);
                    case 1 -> blobs.put(new ByteArrayInputStream(content));
                    default -> {
                        try {
                            assertThat(read(blobs, sha256)).isEqualTo(content);
                        } catch (IOException goneOrGoing) {
                            assertThat(goneOrGoing.getMessage()).contains(sha256);
                        }
                    }
                }
            }
            return true;
        });

        for (byte[] content : contents) {
            blobs.put(new ByteArrayInputStream(content));
            assertThat(read(blobs, Sha256.of(content))).isEqualTo(content);
        }
        areas.tidy("blobs");
        assertThat(kept()).isEqualTo(contents.size());
    }

    static byte[] read(Blobs blobs, String sha256) throws IOException {
        try (InputStream content = blobs.open(sha256)) {
            return content.readAllBytes();
        }
    }

    /** The same for the same size, and of bytes that cannot be compressed. */
    static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private static <T> List<T> together(int count, Callable<T> work) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var found = new ArrayList<Future<T>>();
            for (int i = 0; i < count; i++) {
                found.add(threads.submit(work));
            }
            var results = new ArrayList<T>();
            for (Future<T> one : found) {
                results.add(one.get());
            }
            return results;
        }
    }
}
