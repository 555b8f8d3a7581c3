package io.slipway.http.upload;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.upload.UploadService.Archive;
import io.slipway.engine.upload.UploadService.Source;
import io.slipway.http.Call;
import io.slipway.http.HttpError;
import io.slipway.http.JsonBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.FileIO;

/** Takes archives from clients: straight to disk, or the address at which the director is to fetch them. */
public final class ArchiveReceiver {
    private static final int INVALID_TYPE = 40_000;
    private static final int INVALID_VALUE = 40_005;
    private static final long MOST_BYTES = 24L * 1024 * 1024 * 1024;

    private final Path incoming;
    private final Materializer materializer;
    private final Executor blocking;

    /**
     * @param incoming a directory for archives that are being received
     */
    public ArchiveReceiver(Path incoming, Materializer materializer, Executor blocking) {
        this.incoming = incoming;
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
        Path file = newFile();
        return entity.withSizeLimit(MOST_BYTES)
                .getDataBytes()
                .runWith(FileIO.toPath(file), materializer)
                .thenComposeAsync(
                        written -> importer.apply(
                                new Archive(new Source.Received(file), call.query("sha1", ""), call.flag("fix"))),
                        blocking)
                .whenComplete((task, failure) -> discardIf(failure != null, file));
    }

    /** What no task will take is of no use to anybody. */
    private static void discardIf(boolean isUseless, Path file) {
        if (isUseless) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
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

    private Path newFile() {
        try {
            Files.createDirectories(incoming);
            return Files.createTempFile(incoming, "upload", ".tgz");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
