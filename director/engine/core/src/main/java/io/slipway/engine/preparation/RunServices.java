package io.slipway.engine.preparation;

import io.slipway.engine.address.Lease;
import io.slipway.engine.address.Leases;
import io.slipway.engine.compile.PackageCompilation;
import io.slipway.engine.instance.Instances;
import io.slipway.engine.render.JobArchives;
import io.slipway.engine.state.Orphans;
import io.slipway.store.blob.Blobs;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What a run works with. All but the sources, archives and blobs are of this very run: they end with it, and what they tell
 * entities carries its fence.
 */
public record RunServices(
        RunSources sources,
        JobArchives jobs,
        Blobs blobs,
        Orphans orphans,
        Instances instances,
        Leases leases,
        PackageCompilation compilation,
        NetworkUse networks) {
    /**
     * Ends the leases that a member had and has no more; but an orphaned VM keeps its addresses until it is deleted.
     *
     * @param before as {@link Lease} writes them
     * @param after of the same member, likewise
     */
    public void release(Collection<String> before, Collection<String> after) {
        var gone = new LinkedHashSet<>(before);
        gone.removeAll(after);
        if (gone.isEmpty()) {
            return;
        }
        var staying = new LinkedHashSet<>(after);
        staying.addAll(orphans.leases());
        gone.removeAll(staying);
        leases.release(parsed(gone), parsed(staying));
    }

    private static List<Lease> parsed(Collection<String> texts) {
        return texts.stream().map(Lease::parse).toList();
    }
}
