package io.slipway.engine.cleanup;

import io.slipway.engine.CleanUps;
import io.slipway.engine.Cpis;
import io.slipway.engine.OrphanedVms.OrphanedVm;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.Uploads;
import io.slipway.engine.Uploads.ReleaseRow;
import io.slipway.engine.Uploads.StemcellRow;
import io.slipway.engine.catalog.ReleaseCatalog;
import io.slipway.engine.catalog.StemcellCatalog;
import io.slipway.engine.export.ExportedReleases;
import io.slipway.model.version.BoshVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Finds and removes what no deployment uses. */
public final class CleanUpService implements CleanUps {
    private static final int KEPT = 2;

    private final TaskRunner tasks;
    private final Uploads uploads;
    private final ReleaseCatalog releases;
    private final StemcellCatalog stemcells;
    private final OrphanDiskService disks;
    private final OrphanedVmService vms;
    private final Cpis cpis;
    private final ExportedReleases exports;

    /** Where things are, and are removed from. */
    public record Places(
            Uploads uploads,
            ReleaseCatalog releases,
            StemcellCatalog stemcells,
            OrphanDiskService disks,
            OrphanedVmService vms,
            Cpis cpis,
            ExportedReleases exports) {}

    public CleanUpService(TaskRunner tasks, Places places) {
        this.tasks = tasks;
        this.uploads = places.uploads();
        this.releases = places.releases();
        this.stemcells = places.stemcells();
        this.disks = places.disks();
        this.vms = places.vms();
        this.cpis = places.cpis();
        this.exports = places.exports();
    }

    @Override
    public Doomed preview(boolean all, boolean keepOrphanDisks) {
        var unusedReleases = uploads.releases().stream()
                .filter(row -> !row.isCurrentlyDeployed())
                .toList();
        var unusedStemcells = uploads.stemcells().stream()
                .filter(row -> row.deployments().isEmpty())
                .toList();
        int kept = all ? 0 : KEPT;
        return new Doomed(
                older(unusedReleases, ReleaseRow::name, ReleaseRow::version, kept),
                older(unusedStemcells, row -> row.name() + " of " + row.cpi(), StemcellRow::version, kept),
                all && !keepOrphanDisks ? disks.list() : List.of(),
                vms.list(),
                exports.list());
    }

    @Override
    public CompletionStage<Long> run(boolean all, boolean keepOrphanDisks, Requester requester) {
        return tasks.run(all ? "clean up all" : "clean up", "", requester, log -> {
            var doomed = preview(all, keepOrphanDisks);
            var asker = Cpis.asker(log);
            each(
                    log,
                    "Deleting orphaned vms",
                    doomed.vms(),
                    OrphanedVm::cid,
                    vm -> vms.remove(vm, requester.user(), asker));
            each(
                    log,
                    "Deleting releases",
                    doomed.releases(),
                    row -> row.name() + "/" + row.version(),
                    row -> releases.delete(row.name(), row.version()));
            each(
                    log,
                    "Deleting stemcells",
                    doomed.stemcells(),
                    row -> row.name() + "/" + row.version(),
                    row -> remove(row, log));
            each(
                    log,
                    "Deleting orphaned disks",
                    doomed.disks(),
                    disk -> "Deleting orphaned disk " + disk.cid(),
                    disk -> disks.remove(disk.cid(), asker));
            each(log, "Deleting exported releases", doomed.exportedReleases(), blob -> blob, exports::remove);
            return "Deleted " + doomed.releases().size() + " release(s), "
                    + doomed.stemcells().size() + " stemcell(s), "
                    + doomed.disks().size() + " orphaned disk(s), "
                    + doomed.vms().size() + " orphaned vm(s), "
                    + doomed.exportedReleases().size() + " exported release(s)";
        });
    }

    @FunctionalInterface
    private interface Removal<T> {
        void of(T doomed) throws Exception;
    }

    /** One after another, each a step of the stage. */
    private static <T> void each(
            TaskLog log, String stageName, List<T> doomed, Function<T, String> name, Removal<T> removal)
            throws Exception {
        if (!doomed.isEmpty()) {
            var stage = log.stage(stageName, doomed.size());
            for (T one : doomed) {
                stage.step(name.apply(one), () -> removal.of(one));
            }
        }
    }

    private void remove(StemcellRow row, TaskLog log) {
        // Gone with its CPI is gone.
        if (cpis.present(row.cpi()).isPresent()) {
            cpis.of(row.cpi(), log).deleteStemcell(row.cid());
        }
        stemcells.delete(row.name(), row.version(), row.cpi());
    }

    /** Of each name all but the newest versions. */
    private static <T> List<T> older(
            List<T> rows, Function<T, String> name, Function<T, String> version, int keptOfEach) {
        Comparator<T> newestFirst = Comparator.comparing((T row) -> BoshVersion.parse(version.apply(row)))
                .reversed();
        Map<String, Integer> seen = new HashMap<>();
        var older = new ArrayList<T>();
        for (T row : rows.stream().sorted(newestFirst).toList()) {
            if (seen.merge(name.apply(row), 1, Integer::sum) > keptOfEach) {
                older.add(row);
            }
        }
        return older;
    }
}
