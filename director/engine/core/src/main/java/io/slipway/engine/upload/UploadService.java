package io.slipway.engine.upload;

import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.Uploads;
import io.slipway.engine.catalog.CompiledPackageCatalog;
import io.slipway.engine.catalog.ReleaseCatalog;
import io.slipway.engine.catalog.StemcellCatalog;
import io.slipway.engine.catalog.StemcellCatalog.StemcellHeader;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.release.ParsedRelease;
import io.slipway.model.release.ReleaseArchive;
import io.slipway.model.stemcell.ParsedStemcell;
import io.slipway.model.stemcell.StemcellArchive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Imports what operators upload. An archive that fails leaves nothing behind. */
public final class UploadService implements Uploads {
    private static final int RELEASE_IN_USE = 30007;
    private static final int STEMCELL_IN_USE = 50004;

    private final TaskRunner tasks;
    private final ReleaseCatalog releases;
    private final StemcellCatalog stemcells;
    private final Deployments deployments;
    private final CompiledPackageCatalog compiled;
    private final Cpis cpis;
    private final Path work;

    public UploadService(
            TaskRunner tasks,
            ReleaseCatalog releases,
            StemcellCatalog stemcells,
            CompiledPackageCatalog compiled,
            Deployments deployments,
            Cpis cpis,
            Path work) {
        this.tasks = tasks;
        this.releases = releases;
        this.stemcells = stemcells;
        this.deployments = deployments;
        this.compiled = compiled;
        this.cpis = cpis;
        this.work = work;
    }

    @Override
    public CompletionStage<Long> release(Path archive, String sha1, boolean fix, Requester requester) {
        return tasks.run(
                "create release",
                "",
                requester,
                log -> unpacked(archive, folder -> {
                    var extracting = log.stage("Extracting release", 1);
                    var parsed = new ParsedRelease[1];
                    extracting.step("Extracting release", () -> {
                        verify(archive, sha1);
                        parsed[0] = ReleaseArchive.read(archive, folder);
                    });
                    return importRelease(log, parsed[0], fix);
                }));
    }

    private String importRelease(TaskLog log, ParsedRelease release, boolean fix) throws Exception {
        if (releases.has(release.name(), release.version()) && !fix) {
            throw new RequestRefused(
                    400, 30000, "Release '" + release.name() + "/" + release.version() + "' already exists");
        }
        var stage = log.stage("Creating release", 1);
        String name = release.name() + "/" + release.version();
        stage.step(name, () -> releases.put(release));
        return "Created release '" + name + "'";
    }

    @Override
    public CompletionStage<Long> stemcell(Path archive, String sha1, boolean fix, Requester requester) {
        return tasks.run(
                "create stemcell",
                "",
                requester,
                log -> unpacked(archive, folder -> {
                    var names = cpis.names();
                    var stage = log.stage("Update stemcell", 2 + 3 * names.size());
                    var parsed = new ParsedStemcell[1];
                    stage.step("Extracting stemcell archive", () -> {
                        verify(archive, sha1);
                        parsed[0] = StemcellArchive.read(archive, folder);
                    });
                    var stemcell = parsed[0];
                    var takers = new ArrayList<String>();
                    stage.step("Verifying stemcell manifest", () -> takers.addAll(takers(stemcell, names, fix, log)));
                    for (String cpi : takers) {
                        importInto(cpi, stemcell, fix, new Import(stage, log, names.size() > 1));
                    }
                    return "/stemcells/" + stemcell.name() + "/" + stemcell.version();
                }));
    }

    private record Import(TaskLog.Stage stage, TaskLog log, boolean isOneOfMany) {}

    /** The CPIs that can take a stemcell; at least one has to, and without the fix one that has not got it yet. */
    private List<String> takers(ParsedStemcell stemcell, List<String> names, boolean fix, TaskLog log) {
        var takers = new ArrayList<String>();
        var known = new TreeSet<String>();
        for (String name : names) {
            var formats = cpis.of(name, log).info().stemcellFormats();
            known.addAll(formats);
            if (stemcell.formats().isEmpty()
                    || formats.isEmpty()
                    || stemcell.formats().stream().anyMatch(formats::contains)) {
                takers.add(name);
            } else {
                log.debug("CPI '" + name + "' takes " + formats + ", and not this stemcell's " + stemcell.formats());
            }
        }
        if (takers.isEmpty()) {
            throw new RequestRefused(
                    400,
                    50000,
                    "stemcell '" + stemcell.name() + "' has formats " + stemcell.formats() + ", and the CPIs " + names
                            + " take " + known);
        }
        if (!fix && takers.stream().allMatch(cpi -> has(stemcell, cpi))) {
            throw new RequestRefused(
                    400, 50002, "Stemcell '" + stemcell.name() + "/" + stemcell.version() + "' already exists");
        }
        return takers;
    }

    private boolean has(ParsedStemcell stemcell, String cpi) {
        var aliases = cpis.aliases(cpi);
        return stemcells.of(stemcell.name(), stemcell.version()).stream().anyMatch(row -> aliases.contains(row.cpi()));
    }

    private void importInto(String cpi, ParsedStemcell stemcell, boolean fix, Import to) throws Exception {
        String name = stemcell.name() + "/" + stemcell.version();
        var isThere = new boolean[1];
        String suffix = to.isOneOfMany() ? " (cpi: " + cpi + ")" : "";
        to.stage().step("Checking if this stemcell already exists" + suffix, () -> isThere[0] = has(stemcell, cpi));
        boolean isNeeded = fix || !isThere[0];
        String end = suffix + (isNeeded ? "" : " (already exists, skipped)");
        var cid = new String[] {""};
        to.stage().step("Uploading stemcell " + name + " to the cloud" + end, () -> {
            if (isNeeded) {
                cid[0] = cpis.of(cpi, to.log()).createStemcell(stemcell.image(), stemcell.cloudProperties());
            }
        });
        to.stage().step("Save stemcell " + name + " (" + cid[0] + ")" + end, () -> {
            if (isNeeded) {
                stemcells.put(new StemcellHeader(
                        stemcell.name(),
                        stemcell.version(),
                        stemcell.operatingSystem(),
                        cid[0],
                        cpi,
                        stemcell.sha1(),
                        stemcell.apiVersion()));
            }
        });
    }

    @Override
    public CompletionStage<Long> deleteRelease(String name, String version, boolean force, Requester requester) {
        return tasks.run("delete release: " + name, "", requester, log -> {
            var doomed = releases.list().stream()
                    .filter(release -> release.name().equals(name)
                            && (version.isEmpty() || release.version().equals(version)))
                    .toList();
            if (doomed.isEmpty()) {
                throw new RequestRefused(404, 30005, "Release '" + name + "/" + version + "' doesn't exist");
            }
            for (var release : doomed) {
                var users = usersOf(deployment -> deployment.releases(), name, release.version());
                if (!users.isEmpty() && !force) {
                    throw new RequestRefused(
                            400,
                            RELEASE_IN_USE,
                            "Release '" + name + "/" + release.version() + "' is in use by deployments " + users);
                }
            }
            var stage = log.stage("Deleting release", doomed.size());
            for (var release : doomed) {
                stage.step(name + "/" + release.version(), () -> releases.delete(name, release.version()));
            }
            return "/release/" + name;
        });
    }

    @Override
    public CompletionStage<Long> deleteStemcell(String name, String version, boolean force, Requester requester) {
        return tasks.run("delete stemcell", "", requester, log -> {
            var found = stemcells.of(name, version);
            if (found.isEmpty()) {
                throw new RequestRefused(404, 50003, "Stemcell '" + name + "/" + version + "' doesn't exist");
            }
            var users = usersOf(deployment -> deployment.stemcells(), name, version);
            if (!users.isEmpty()) {
                throw new RequestRefused(
                        400,
                        STEMCELL_IN_USE,
                        "Stemcell '" + name + "/" + version + "' is in use by deployments " + users);
            }
            var stage = log.stage("Deleting stemcell from cloud", found.size());
            for (var stemcell : found) {
                stage.step(stemcell.cid(), () -> {
                    // Gone with its CPI is gone.
                    if (cpis.present(stemcell.cpi()).isPresent()) {
                        cpis.of(stemcell.cpi(), log).deleteStemcell(stemcell.cid());
                    }
                });
                stemcells.delete(name, version, stemcell.cpi());
            }
            return "/stemcells/" + name + "/" + version;
        });
    }

    @Override
    public Optional<ReleaseVersion> inspect(String name, String version) {
        return releases.find(name, version);
    }

    @Override
    public Map<String, String> compiled(String fingerprint) {
        return compiled.of(fingerprint);
    }

    @Override
    public List<ReleaseRow> releases() {
        return releases.list().stream()
                .map(release -> new ReleaseRow(
                        release.name(),
                        release.version(),
                        release.commitHash(),
                        release.uncommittedChanges(),
                        !usersOf(deployment -> deployment.releases(), release.name(), release.version())
                                .isEmpty(),
                        release.jobNames()))
                .toList();
    }

    @Override
    public List<StemcellRow> stemcells() {
        return stemcells.list().stream()
                .map(stemcell -> new StemcellRow(
                        stemcell.name(),
                        stemcell.version(),
                        stemcell.os(),
                        stemcell.cid(),
                        stemcell.cpi(),
                        stemcell.apiVersion(),
                        usersOf(deployment -> deployment.stemcells(), stemcell.name(), stemcell.version())))
                .toList();
    }

    /** What a deployment uses. */
    @FunctionalInterface
    private interface Uses {
        List<NameVersion> of(Deployments.DeploymentRow deployment);
    }

    private List<String> usersOf(Uses uses, String name, String version) {
        return deployments.list().stream()
                .filter(deployment -> uses.of(deployment).contains(new NameVersion(name, version)))
                .map(Deployments.DeploymentRow::name)
                .toList();
    }

    /** Something done with an archive's unpacked content. */
    @FunctionalInterface
    private interface Unpacked {
        String use(Path folder) throws Exception;
    }

    private String unpacked(Path archive, Unpacked work) throws Exception {
        Files.createDirectories(this.work);
        Path folder = Files.createTempDirectory(this.work, "import");
        try {
            return work.use(folder);
        } finally {
            Files.deleteIfExists(archive);
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(one);
                }
            }
        }
    }

    /** Checks the digest that the client gave: SHA-1 in hexadecimal, or {@code sha256:} and SHA-256. */
    private static void verify(Path archive, String expected) throws IOException, GeneralSecurityException {
        if (expected.isEmpty()) {
            return;
        }
        boolean isSha256 = expected.startsWith("sha256:");
        var digest = MessageDigest.getInstance(isSha256 ? "SHA-256" : "SHA-1");
        try (InputStream content = new DigestInputStream(Files.newInputStream(archive), digest)) {
            content.transferTo(java.io.OutputStream.nullOutputStream());
        }
        String found = (isSha256 ? "sha256:" : "") + HexFormat.of().formatHex(digest.digest());
        if (!found.equals(expected)) {
            throw new RequestRefused(
                    400,
                    30015,
                    "the archive's digest is " + found + ", and " + expected + " was expected: upload it again");
        }
    }
}
