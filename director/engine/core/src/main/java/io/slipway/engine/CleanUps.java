package io.slipway.engine;

import io.slipway.engine.OrphanDisks.OrphanDisk;
import io.slipway.engine.OrphanedVms.OrphanedVm;
import io.slipway.engine.Uploads.ReleaseRow;
import io.slipway.engine.Uploads.StemcellRow;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Removes what no deployment uses. */
public interface CleanUps {

    /**
     * What would go. Calls block.
     *
     * @param all also the two newest unused versions of each release and stemcell, and orphan disks
     * @param keepOrphanDisks leaves orphan disks even then
     */
    Doomed preview(boolean all, boolean keepOrphanDisks);

    /** Has it go, as a task. */
    CompletionStage<Long> run(boolean all, boolean keepOrphanDisks, Requester requester);

    /**
     * What a clean-up removes.
     *
     * @param exportedReleases blobs of archives that were made for somebody; all that there are, as with BOSH
     */
    record Doomed(
            List<ReleaseRow> releases,
            List<StemcellRow> stemcells,
            List<OrphanDisk> disks,
            List<OrphanedVm> vms,
            List<String> exportedReleases) {
        public Doomed {
            releases = List.copyOf(releases);
            stemcells = List.copyOf(stemcells);
            disks = List.copyOf(disks);
            vms = List.copyOf(vms);
            exportedReleases = List.copyOf(exportedReleases);
        }
    }
}
