package io.slipway.engine.export;

import io.slipway.store.blob.Blobs;
import io.slipway.store.blob.LogBundles;
import io.slipway.store.blob.LogBundles.Kind;
import java.io.IOException;
import java.util.List;

/** Archives of exported releases that are there to be fetched. Calls block. */
public final class ExportedReleases {
    private final Blobs blobs;
    private final LogBundles kept;

    public ExportedReleases(Blobs blobs, LogBundles kept) {
        this.blobs = blobs;
        this.kept = kept;
    }

    /** Their blobs. */
    public List<String> list() {
        return kept.list(Kind.EXPORTED_RELEASE);
    }

    /** Done twice, it does no harm. */
    public void remove(String blob) throws IOException {
        blobs.delete(blob);
        kept.forget(blob);
    }
}
