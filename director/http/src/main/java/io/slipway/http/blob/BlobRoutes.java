package io.slipway.http.blob;

import io.slipway.engine.blob.BlobSigner;
import io.slipway.engine.blob.Blobstore;
import io.slipway.engine.blob.StoredBlob;
import io.slipway.http.Answers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.PathMatchers;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.StreamConverters;

/** Blobs for agents. A signed address is all the authority that is needed, and all that is accepted. */
public final class BlobRoutes extends AllDirectives {
    private final Blobstore blobs;
    private final BlobSigner signer;
    private final Materializer materializer;
    private final Executor blocking;

    public BlobRoutes(Blobstore blobs, BlobSigner signer, Materializer materializer, Executor blocking) {
        this.blobs = blobs;
        this.signer = signer;
        this.materializer = materializer;
        this.blocking = blocking;
    }

    public Route routes() {
        return path(
                PathMatchers.segment("blobs").slash(PathMatchers.segment()),
                name -> parameter(
                        "expires",
                        expires -> parameter(
                                "signature",
                                signature -> concat(
                                        get(() -> isValid("GET", name, expires, signature) ? fetch(name) : refuse()),
                                        put(() ->
                                                isValid("PUT", name, expires, signature) ? store(name) : refuse())))));
    }

    private boolean isValid(String method, String name, String expires, String signature) {
        return expires.matches("[0-9]{1,18}") && signer.isValid(method, name, Long.parseLong(expires), signature);
    }

    private Route refuse() {
        return complete(Answers.error(403, 600000, "the address is not signed, or no longer good"));
    }

    private Route fetch(String sha256) {
        if (!blobs.has(sha256)) {
            return complete(Answers.notFound(100, "there is no blob " + sha256));
        }
        return complete(HttpResponse.create()
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, blobs.path(sha256))));
    }

    private Route store(String uploadKey) {
        return withoutSizeLimit(() -> extractRequestEntity(entity -> {
            var content = entity.getDataBytes().runWith(StreamConverters.asInputStream(), materializer);
            return completeWithFuture(CompletableFuture.supplyAsync(
                            () -> {
                                try (content) {
                                    StoredBlob blob = blobs.put(content);
                                    blobs.recordUpload(uploadKey, blob);
                                    return Answers.json(
                                            StatusCodes.CREATED,
                                            Answers.map("sha256", blob.sha256(), "size", blob.sizeBytes()));
                                } catch (IOException failure) {
                                    throw new UncheckedIOException(failure);
                                }
                            },
                            blocking)
                    .exceptionally(Answers::failure));
        }));
    }
}
