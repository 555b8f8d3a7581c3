package io.slipway.engine.upload;

import io.slipway.engine.TaskLog;
import io.slipway.model.ErrorCodes;
import io.slipway.model.release.ParsedJob;
import io.slipway.model.release.ParsedPackage;
import io.slipway.model.release.ParsedRelease;
import io.slipway.model.release.ReleaseArchive;
import io.slipway.store.catalog.ReleaseImport;
import io.slipway.store.member.Turn;
import java.util.List;

/** Takes in one release archive, telling the task of its stages as BOSH does. */
final class ReleaseImporter {
    private final ReleaseImport releases;
    private final TaskLog log;
    private final Turn turn;

    /** @param turn in which the release is entered into the catalog */
    ReleaseImporter(ReleaseImport releases, TaskLog log, Turn turn) {
        this.releases = releases;
        this.log = log;
        this.turn = turn;
    }

    /** Returns a line for people. */
    String run(IncomingArchive incoming, boolean rebase) throws Exception {
        if (incoming.isRemote()) {
            single("Downloading remote release", incoming::download);
        }
        if (incoming.hasDigest()) {
            single("Verifying remote release", () -> incoming.verify(ErrorCodes.RELEASE_DIGEST_MISMATCH));
        }
        var parsed = new ParsedRelease[1];
        single("Extracting release", () -> parsed[0] = ReleaseArchive.read(incoming.file(), incoming.content()));
        var draft = new ReleaseImport.Draft[1];
        single("Resolving package dependencies", () -> draft[0] = releases.draft(parsed[0], incoming.isFix()));
        store(draft[0]);
        if (log.isCancelled()) {
            return "Cancelled before release '" + parsed[0].name() + "' was created";
        }
        String name = draft[0].release().name();
        var version = new String[1];
        String stage = parsed[0].compiled() ? "Compiled Release has been created" : "Release has been created";
        log.stage(stage, 1)
                .step(name + "/" + draft[0].release().version(), () -> version[0] = draft[0].commit(rebase, turn));
        log.fact("create", "release", name + "/" + version[0]);
        return "Created release '" + name + "/" + version[0] + "'";
    }

    private void store(ReleaseImport.Draft draft) throws Exception {
        var release = draft.release();
        storePackages(
                "Creating new packages",
                draft,
                draft.newPackages().stream().filter(one -> !one.isCompiled()).toList());
        storePackages(
                "Creating new compiled packages",
                draft,
                draft.newPackages().stream().filter(ParsedPackage::isCompiled).toList());
        existing("package", release.packages().size() - draft.newPackages().size());
        if (!draft.newJobs().isEmpty()) {
            var stage = log.stage("Creating new jobs", draft.newJobs().size());
            for (ParsedJob job : draft.newJobs()) {
                stage.step(job.name() + "/" + job.version(), () -> draft.store(job));
            }
        }
        existing("job", release.jobs().size() - draft.newJobs().size());
    }

    private void storePackages(String name, ReleaseImport.Draft draft, List<ParsedPackage> packages) throws Exception {
        if (packages.isEmpty()) {
            return;
        }
        var stage = log.stage(name, packages.size());
        for (ParsedPackage one : packages) {
            String label = one.name() + "/" + one.version()
                    + one.stemcell().map(stemcell -> " for " + stemcell).orElse("");
            stage.step(label, () -> draft.store(one));
        }
    }

    private void existing(String kind, int count) throws Exception {
        if (count > 0) {
            single("Processing " + count + " existing " + kind + (count > 1 ? "s" : ""), () -> {});
        }
    }

    private void single(String name, TaskLog.Work work) throws Exception {
        log.stage(name, 1).step(name, work);
    }
}
