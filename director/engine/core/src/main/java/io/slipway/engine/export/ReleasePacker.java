package io.slipway.engine.export;

import io.slipway.engine.TaskLog;
import io.slipway.model.archive.MultiDigest;
import io.slipway.model.archive.MultiDigest.Algorithm;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.plan.CatalogPackage;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.yaml.Yaml;
import io.slipway.store.blob.Blobs;
import io.slipway.store.blob.LogBundles;
import io.slipway.store.blob.LogBundles.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Packs compiled releases in BOSH's format and keeps them a while. The same content gives the same archive. */
public final class ReleasePacker {
    private static final Duration KEPT_FOR = Duration.ofDays(10);

    private final Blobs blobs;
    private final Blobs bundles;
    private final LogBundles kept;
    private final Path work;
    private final Clock clock;

    /**
     * @param blobs that archives are made of
     * @param bundles where archives are kept, apart from those
     * @param work where archives are made
     */
    public ReleasePacker(Blobs blobs, Blobs bundles, LogBundles kept, Path work, Clock clock) {
        this.blobs = blobs;
        this.bundles = bundles;
        this.kept = kept;
        this.work = work;
        this.clock = clock;
    }

    /**
     * What an archive is made of.
     *
     * @param stemcell {@code os/version}
     * @param sha2 whether digests are SHA-256, and not SHA-1
     */
    public record Content(
            ReleaseVersion release, List<CatalogJob> jobs, List<Compiled> packages, String stemcell, boolean sha2) {}

    /** A package and the digest of its compiled form. */
    public record Compiled(CatalogPackage catalogPackage, String sha256) {}

    /** An archive's blob, and its digest as BOSH writes it. */
    public record Exported(String blobstoreId, String digest) {}

    /** Blocks until the archive is stored. */
    public Exported pack(TaskLog log, Content content) throws Exception {
        removeOld();
        Files.createDirectories(work);
        Path file = Files.createTempFile(work, "export", ".tgz");
        try {
            write(log, content, file);
            String digest = MultiDigest.of(file, algorithm(content));
            String sha256 = bundles.put(file).sha256();
            kept.keep(Kind.EXPORTED_RELEASE, sha256, clock.instant().plus(KEPT_FOR));
            return new Exported(sha256, digest);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void write(TaskLog log, Content content, Path file) throws Exception {
        try (var archive = new ReleaseTarball(file)) {
            archive.add("release.MF", Yaml.dump(manifest(content)));
            var jobs = log.stage("copying jobs", content.jobs().size());
            for (CatalogJob job : content.jobs()) {
                jobs.step(
                        job.name() + "/" + job.version(),
                        () -> archive.add("jobs/" + job.name() + ".tgz", blobs, job.blobSha256()));
            }
            var packages = log.stage("copying packages", content.packages().size());
            for (Compiled one : content.packages()) {
                String name = one.catalogPackage().name();
                packages.step(
                        name + "/" + one.catalogPackage().version(),
                        () -> archive.add("compiled_packages/" + name + ".tgz", blobs, one.sha256()));
            }
        }
    }

    private Map<String, Object> manifest(Content content) throws IOException {
        var compiled = new ArrayList<Object>();
        for (Compiled one : content.packages()) {
            var listed = entry(
                    one.catalogPackage().name(),
                    one.catalogPackage().version(),
                    one.catalogPackage().fingerprint(),
                    digest(content, one.sha256()));
            listed.put("stemcell", content.stemcell());
            listed.put("dependencies", one.catalogPackage().dependencies());
            compiled.add(listed);
        }
        var jobs = new ArrayList<Object>();
        for (CatalogJob job : content.jobs()) {
            var listed = entry(job.name(), job.version(), job.fingerprint(), digest(content, job.blobSha256()));
            listed.put("packages", job.spec().packages());
            jobs.add(listed);
        }
        var release = content.release();
        var manifest = new LinkedHashMap<String, Object>();
        manifest.put("name", release.name());
        manifest.put("version", release.version());
        manifest.put("commit_hash", release.commitHash());
        manifest.put("uncommitted_changes", release.uncommittedChanges());
        manifest.put("jobs", jobs);
        manifest.put("compiled_packages", compiled);
        return manifest;
    }

    private static Map<String, Object> entry(String name, String version, String fingerprint, String digest) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("name", name);
        entry.put("version", version);
        entry.put("fingerprint", fingerprint);
        entry.put("sha1", digest);
        return entry;
    }

    private String digest(Content content, String sha256) throws IOException {
        if (content.sha2()) {
            return "sha256:" + sha256;
        }
        try (var archive = blobs.open(sha256)) {
            return MultiDigest.of(archive, Algorithm.SHA1);
        }
    }

    private static Algorithm algorithm(Content content) {
        return content.sha2() ? Algorithm.SHA256 : Algorithm.SHA1;
    }

    private void removeOld() throws IOException {
        for (String sha256 : kept.takeExpired(clock.instant())) {
            bundles.delete(sha256);
        }
    }
}
