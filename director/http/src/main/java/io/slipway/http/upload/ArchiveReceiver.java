package io.slipway.http.upload;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.upload.UploadService;
import io.slipway.engine.upload.UploadService.Archive;
import io.slipway.engine.upload.UploadService.Source;
import io.slipway.http.Call;
import io.slipway.http.HttpError;
import io.slipway.http.JsonBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.StreamConverters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes archives from clients: straight to the blobs, or the address at which the director is to fetch them. */
public final class ArchiveReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveReceiver.class);
    private static final int INVALID_TYPE = 40_000;
    private static final int INVALID_VALUE = 40_005;
    private static final long MOST_BYTES = 24L * 1024 * 1024 * 1024;

    /** How long a client may pause while it sends. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

    private final UploadService uploads;
    private final Materializer materializer;
    private final Executor blocking;

    public ArchiveReceiver(UploadService uploads, Materializer materializer, Executor blocking) {
        this.uploads = uploads;
        this.materializer = materializer;
        this.blocking = blocking;
    }

    /** Starts the import of what a call brings. */
    CompletionStage<Long> receive(Call call, Function<Archive, CompletionStage<Long>> importer) {
        var entity = call.entity();
        if (entity.getContentType().mediaType().toString().equals("application/json")) {
            return call.text().thenComposeAsync(body -> importer.apply(remote(call, JsonBody.parse(body))), blocking);
        }
        if (entity.getContentType().mediaType().isMultipart()) {
            throw new HttpError(
                    415, INVALID_TYPE, "Content-Type is multipart: expected application/x-compressed and the archive");
        }
        var content = entity.withSizeLimit(MOST_BYTES)
                .getDataBytes()
                .runWith(StreamConverters.asInputStream(LONGEST_PAUSE), materializer);
        return CompletableFuture.supplyAsync(() -> received(content), blocking)
                .thenComposeAsync(received -> imported(received, call, importer), blocking);
    }

    private CompletionStage<Long> imported(
            Source.Received received, Call call, Function<Archive, CompletionStage<Long>> importer) {
        return CompletableFuture.completedStage(new Archive(received, call.query("sha1", ""), call.flag("fix")))
                .thenCompose(importer)
                .whenCompleteAsync((task, failure) -> settle(received, task, failure), blocking);
    }

    private Source.Received received(InputStream content) {
        try (content) {
            return uploads.receive(content);
        } catch (IOException failure) {
            // A client that breaks off, or sends too much, is told so; what is else is the director's.
            throw failure.getCause() instanceof EntityStreamException broken
                    ? broken
                    : failure.getCause() instanceof EntityStreamSizeException tooMuch
                            ? tooMuch
                            : new UncheckedIOException(failure);
        }
    }

    /** What no task will take is of no use to anybody. Of a task that there is, this does not change the answer. */
    private void settle(Source.Received received, @Nullable Long task, @Nullable Throwable failure) {
        try {
            if (failure == null && task != null) {
                uploads.hand(received, task);
            } else {
                uploads.discard(received);
            }
        } catch (IOException | RuntimeException later) {
            LOG.warn("what was received as {} is deleted later: {}", received, later.toString());
        }
    }

    private static Archive remote(Call call, JsonBody wanted) {
        String inBody = wanted.text("sha1", "");
        String inQuery = call.query("sha1", "");
        if (!inBody.isEmpty() && !inQuery.isEmpty()) {
            throw RequestRefused.invalid(INVALID_VALUE, "'sha1' is in the query and in the body: give it once");
        }
        String digest = inBody.isEmpty() ? inQuery : inBody;
        return new Archive(new Source.Address(wanted.text("location")), digest, call.flag("fix"));
    }
}
