package io.slipway.http.blob;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.blob.BlobExchange;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Blobs that a task's result names, for those who may change things: logs and exported releases hold secrets. */
public final class ResourceEndpoints extends Feature {
    private static final int RESOURCE_NOT_FOUND = 100_002;

    private final BlobExchange blobs;

    public ResourceEndpoints(BlobExchange blobs, Executor blocking) {
        super(blocking);
        this.blobs = blobs;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/resources/{id}", change(this::fetch)));
    }

    private HttpResponse fetch(Call call) {
        String id = call.path("id");
        return blobs.result(id)
                .map(BlobEntity::answer)
                .orElseThrow(() -> RequestRefused.notFound(RESOURCE_NOT_FOUND, "Resource '" + id + "' not found"));
    }
}
