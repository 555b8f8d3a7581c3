package io.slipway.engine.cleanup;

import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.OrphanDisks.OrphanDisk;
import io.slipway.engine.OrphanedVm;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.artifact.ArtifactUses;
import io.slipway.engine.export.ExportedReleases;
import io.slipway.engine.state.Stores.Catalogs;
import io.slipway.engine.upload.UploadService;
import io.slipway.engine.upload.UploadService.ReleaseRow;
import io.slipway.engine.upload.UploadService.StemcellRow;
import io.slipway.model.version.BoshVersion;
import io.slipway.store.catalog.ReleaseCatalog;
import io.slipway.store.catalog.StemcellCatalog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Finds and removes what nobody needs. What somebody came to need since it was found stays. */
public final class CleanUpService {
    /**
     * What a clean-up removes.
     *
     * @param exportedReleases blobs of archives that were made for somebody; all that there are, as with BOSH
     */
    public record Doomed(
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

    private static final int KEPT = 2;

    private final TaskRunner tasks;
    private final UploadService uploads;
    private final ArtifactUses uses;
    private final ReleaseCatalog releases;
    private final StemcellCatalog stemcells;
    private final OrphanDiskService disks;
    private final OrphanedVmService vms;
    private final Cpis cpis;
    private final ExportedReleases exports;

    public CleanUpService(
            TaskRunner tasks,
            UploadService uploads,
            ArtifactUses uses,
            Catalogs catalogs,
            OrphanDiskService disks,
            OrphanedVmService vms,
            Cpis cpis,
            ExportedReleases exports) {
        this.tasks = tasks;
        this.uploads = uploads;
        this.uses = uses;
        this.releases = catalogs.releases();
        this.stemcells = catalogs.stemcells();
        this.disks = disks;
        this.vms = vms;
        this.cpis = cpis;
        this.exports = exports;
    }

    /**
     * What would go. Calls block.
     *
     * @param all also the two newest unused versions of each release and stemcell, and orphan disks
     * @param keepOrphanDisks leaves orphan disks even then
     */
    public Doomed preview(boolean all, boolean keepOrphanDisks) {
        var neededReleases = uses.releases();
        var unusedReleases = uploads.releases().stream()
                .filter(row -> !neededReleases.containsKey(named(row)))
                .toList();
        var neededStemcells = uses.stemcells();
        var unusedStemcells = uploads.stemcells().stream()
                .filter(row -> !neededStemcells.containsKey(named(row)))
                .toList();
        int kept = all ? 0 : KEPT;
        return new Doomed(
                older(unusedReleases, ReleaseRow::name, ReleaseRow::version, kept),
                older(unusedStemcells, row -> row.name() + " of " + row.cpi(), StemcellRow::version, kept),
                all && !keepOrphanDisks ? disks.list() : List.of(),
                vms.list(),
                exports.list());
    }

    /** Has it go, as a task. */
    public CompletionStage<Long> run(boolean all, boolean keepOrphanDisks, Requester requester) {
        return tasks.run(TaskKind.CLEAN_UP, all ? "clean up all" : "clean up", "", requester, log -> {
            var doomed = preview(all, keepOrphanDisks);
            var asker = Cpis.asker(log);
            int vmsGone = each(log, "Deleting orphaned vms", doomed.vms(), OrphanedVm::cid, vm -> {
                vms.remove(vm, requester.user(), asker);
                return true;
            });
            int releasesGone = each(
                    log, "Deleting releases", doomed.releases(), row -> label(named(row)), row -> remove(row, log));
            int stemcellsGone = each(
                    log, "Deleting stemcells", doomed.stemcells(), row -> label(named(row)), row -> remove(row, log));
            int disksGone = each(
                    log,
                    "Deleting orphaned disks",
                    doomed.disks(),
                    disk -> "Deleting orphaned disk " + disk.cid(),
                    disk -> {
                        disks.remove(disk.cid(), asker);
                        return true;
                    });
            int exportsGone = each(log, "Deleting exported releases", doomed.exportedReleases(), blob -> blob, blob -> {
                exports.remove(blob);
                return true;
            });
            return "Deleted " + releasesGone + " release(s), " + stemcellsGone + " stemcell(s), " + disksGone
                    + " orphaned disk(s), " + vmsGone + " orphaned vm(s), " + exportsGone + " exported release(s)";
        });
    }

    @FunctionalInterface
    private interface Removal<T> {
        /** Whether it went. */
        boolean of(T doomed) throws Exception;
    }

    /** One after another, each a step of the stage; returns how many went. */
    private static <T> int each(
            TaskLog log, String stageName, List<T> doomed, Function<T, String> name, Removal<T> removal)
            throws Exception {
        var gone = new int[1];
        if (!doomed.isEmpty()) {
            var stage = log.stage(stageName, doomed.size());
            for (T one : doomed) {
                stage.step(name.apply(one), () -> gone[0] += removal.of(one) ? 1 : 0);
            }
        }
        return gone[0];
    }

    private static NameVersion named(ReleaseRow row) {
        return new NameVersion(row.name(), row.version());
    }

    private static NameVersion named(StemcellRow row) {
        return new NameVersion(row.name(), row.version());
    }

    private static String label(NameVersion one) {
        return one.name() + "/" + one.version();
    }

    private static boolean isNeeded(NameVersion one, Map<NameVersion, Set<String>> needed, TaskLog log) {
        var users = needed.getOrDefault(one, Set.of());
        if (!users.isEmpty()) {
            log.debug(label(one) + " stays: it is needed by now by " + String.join(", ", users));
        }
        return !users.isEmpty();
    }

    private boolean remove(ReleaseRow row, TaskLog log) {
        return !isNeeded(named(row), uses.releases(), log) && releases.delete(row.name(), row.version());
    }

    private boolean remove(StemcellRow row, TaskLog log) {
        if (isNeeded(named(row), uses.stemcells(), log)) {
            return false;
        }
        // Gone with its CPI is gone.
        if (cpis.present(row.cpi()).isPresent()) {
            cpis.of(row.cpi(), log).deleteStemcell(row.cid());
        }
        stemcells.delete(row.name(), row.version(), row.cpi());
        return true;
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
