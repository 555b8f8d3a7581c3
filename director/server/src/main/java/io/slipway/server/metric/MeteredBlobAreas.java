package io.slipway.server.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.slipway.store.blob.BlobAreas;
import io.slipway.store.blob.Blobs;
import io.slipway.store.blob.StoredBlob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** A store of blobs that counts what is put there and read from there. */
public final class MeteredBlobAreas implements BlobAreas {
    private final BlobAreas areas;
    private final MeterRegistry registry;

    public MeteredBlobAreas(BlobAreas areas, MeterRegistry registry) {
        this.areas = areas;
        this.registry = registry;
    }

    @Override
    public Blobs area(String name) throws IOException {
        // Of archives that clients send each has an area of its own.
        return new Metered(areas.area(name), name.replaceAll("/.*", ""), registry);
    }

    @Override
    public void remove(String name) throws IOException {
        areas.remove(name);
    }

    @Override
    public void tidy(String name) throws IOException {
        areas.tidy(name);
    }

    @Override
    public void close() {
        areas.close();
    }

    private static final class Metered implements Blobs {
        private final Blobs blobs;
        private final String area;
        private final MeterRegistry registry;
        private final Counter bytes;

        Metered(Blobs blobs, String area, MeterRegistry registry) {
            this.blobs = blobs;
            this.area = area;
            this.registry = registry;
            this.bytes = Counter.builder("slipway.blob.stored")
                    .description("Bytes of blobs that were stored.")
                    .baseUnit("bytes")
                    .tag("area", area)
                    .register(registry);
        }

        @Override
        public StoredBlob put(InputStream content) throws IOException {
            return counted(timed("put", () -> blobs.put(content)));
        }

        @Override
        public StoredBlob putAnew(Path file) throws IOException {
            return counted(timed("put", () -> blobs.putAnew(file)));
        }

        private StoredBlob counted(StoredBlob stored) {
            bytes.increment(stored.sizeBytes());
            return stored;
        }

        @Override
        public boolean has(String sha256) {
            return blobs.has(sha256);
        }

        @Override
        public long size(String sha256) throws IOException {
            return blobs.size(sha256);
        }

        @Override
        public InputStream open(String sha256) throws IOException {
            return timed("open", () -> blobs.open(sha256));
        }

        @Override
        public <T, X extends Exception> T withFile(String sha256, FileUse<T, X> use) throws IOException, X {
            return blobs.withFile(sha256, use);
        }

        @Override
        public void delete(String sha256) throws IOException {
            timed("delete", () -> {
                blobs.delete(sha256);
                return sha256;
            });
        }

        private <T> T timed(String operation, Callable<T> work) throws IOException {
            var errors = Counter.builder("slipway.blob.operation.errors")
                    .description("Operations on blobs that failed.")
                    .tag("area", area)
                    .tag("operation", operation)
                    .register(registry);
            var sample = Timer.start(registry);
            try {
                return work.call();
            } catch (IOException | RuntimeException failure) {
                errors.increment();
                throw failure;
            } catch (Exception impossible) {
                throw new IllegalStateException("blobs fail by input and output only", impossible);
            } finally {
                sample.stop(Timer.builder("slipway.blob.operation.duration")
                        .description("How long operations on blobs took.")
                        .tag("area", area)
                        .tag("operation", operation)
                        .register(registry));
            }
        }
    }
}
