package io.slipway.http.blob;

import io.slipway.engine.blob.BlobExchange;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.StreamConverters;

/** Blobs for agents. A signed address is all the authority that is needed, and all that is accepted. */
public final class BlobEndpoints {
    /** How long an upload may pause: a busy machine that compiles does so for seconds. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

    private final BlobExchange blobs;
    private final Materializer materializer;
    private final Executor blocking;

    public BlobEndpoints(BlobExchange blobs, Materializer materializer, Executor blocking) {
        this.blobs = blobs;
        this.materializer = materializer;
        this.blocking = blocking;
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/blobs/{name}", call -> isValid("GET", call) ? fetch(call) : refuse()),
                Endpoint.put("/blobs/{name}", call -> isValid("PUT", call) ? store(call) : refuse()));
    }

    private boolean isValid(String method, Call call) {
        String expires = call.query("expires", "");
        return expires.matches("[0-9]{1,18}")
                && blobs.isAllowed(method, call.path("name"), Long.parseLong(expires), call.query("signature", ""));
    }

    private static CompletionStage<HttpResponse> refuse() {
        return CompletableFuture.completedFuture(
                Answers.error(403, 600000, "the address is not signed, or no longer good"));
    }

    private CompletionStage<HttpResponse> fetch(Call call) {
        String sha256 = call.path("name");
        return CompletableFuture.supplyAsync(
                () -> blobs.fetch(sha256)
                        .map(BlobEntity::answer)
                        .orElseGet(() -> Answers.notFound(100, "there is no blob " + sha256)),
                blocking);
    }

    private CompletionStage<HttpResponse> store(Call call) {
        var content = call.entity().getDataBytes().runWith(StreamConverters.asInputStream(LONGEST_PAUSE), materializer);
        return CompletableFuture.supplyAsync(
                () -> {
                    try (content) {
                        var blob = blobs.store(call.path("name"), content);
                        return Answers.json(
                                StatusCodes.CREATED, Answers.map("sha256", blob.sha256(), "size", blob.sizeBytes()));
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                },
                blocking);
    }
}
