package io.slipway.engine.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.blob.Blobstore;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.plan.CatalogPackage;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.release.JobSpec;
import io.slipway.model.release.ParsedJob;
import io.slipway.model.release.ParsedPackage;
import io.slipway.model.release.ParsedRelease;
import io.slipway.model.version.BoshVersion;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Releases that were uploaded, whole: a release is there with all its jobs and packages, or not at all. */
public final class ReleaseCatalog {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> TREE = new TypeReference<>() {};
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};

    private final Jdbi jdbi;
    private final Blobstore blobs;

    public ReleaseCatalog(Jdbi jdbi, Blobstore blobs) {
        this.jdbi = jdbi;
        this.blobs = blobs;
    }

    /** A release without its content. */
    public record ReleaseHeader(
            String name, String version, String commitHash, boolean uncommittedChanges, List<String> jobNames) {}

    public boolean has(String name, String version) {
        return jdbi.withHandle(handle -> handle.createQuery(
                                "SELECT COUNT(*) FROM releases WHERE name = :name AND version = :version")
                        .bind("name", name)
                        .bind("version", version)
                        .mapTo(Integer.class)
                        .one())
                > 0;
    }

    /** Stores a release; one that is there under this name and version is replaced. Blobs first, then one transaction. */
    public void put(ParsedRelease release) throws IOException {
        var jobBlobs = new LinkedHashMap<String, String>();
        for (ParsedJob job : release.jobs()) {
            jobBlobs.put(job.name(), blobs.put(job.archive()).sha256());
        }
        var packageBlobs = new LinkedHashMap<String, String>();
        for (ParsedPackage one : release.packages()) {
            packageBlobs.put(one.name(), blobs.put(one.archive()).sha256());
        }
        jdbi.useTransaction(handle -> {
            delete(handle, release.name(), release.version());
            handle.execute(
                    "INSERT INTO releases (name, version, commit_hash, uncommitted_changes) VALUES (?, ?, ?, ?)",
                    release.name(),
                    release.version(),
                    release.commitHash(),
                    release.uncommittedChanges());
            for (ParsedJob job : release.jobs()) {
                handle.execute(
                        "INSERT INTO release_jobs (release_name, release_version, name, version, fingerprint,"
                                + " blob_sha256, spec) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        release.name(),
                        release.version(),
                        job.name(),
                        job.version(),
                        job.fingerprint(),
                        jobBlobs.get(job.name()),
                        json(job.spec().toMap()));
            }
            for (ParsedPackage one : release.packages()) {
                putPackage(handle, release, one, packageBlobs.getOrDefault(one.name(), ""));
            }
        });
    }

    private static void putPackage(Handle handle, ParsedRelease release, ParsedPackage one, String blob) {
        boolean isCompiled = one.stemcell().isPresent();
        handle.execute(
                "INSERT INTO release_packages (release_name, release_version, name, version, fingerprint,"
                        + " blob_sha256, dependencies) VALUES (?, ?, ?, ?, ?, ?, ?)",
                release.name(),
                release.version(),
                one.name(),
                one.version(),
                one.fingerprint(),
                isCompiled ? "" : blob,
                json(one.dependencies()));
    }

    /** Whether there was one. Compiled packages and blobs stay: other versions may share them. */
    public boolean delete(String name, String version) {
        return jdbi.inTransaction(handle -> delete(handle, name, version)) > 0;
    }

    private static int delete(Handle handle, String name, String version) {
        handle.execute("DELETE FROM release_jobs WHERE release_name = ? AND release_version = ?", name, version);
        handle.execute("DELETE FROM release_packages WHERE release_name = ? AND release_version = ?", name, version);
        return handle.execute("DELETE FROM releases WHERE name = ? AND version = ?", name, version);
    }

    public List<ReleaseHeader> list() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM releases ORDER BY name, version")
                .map((found, context) -> {
                    String name = found.getString("name");
                    String version = found.getString("version");
                    return new ReleaseHeader(
                            name,
                            version,
                            found.getString("commit_hash"),
                            found.getBoolean("uncommitted_changes"),
                            jobNames(handle, name, version));
                })
                .list());
    }

    private static List<String> jobNames(Handle handle, String name, String version) {
        return handle.createQuery("SELECT name FROM release_jobs WHERE release_name = :name"
                        + " AND release_version = :version ORDER BY name")
                .bind("name", name)
                .bind("version", version)
                .mapTo(String.class)
                .list();
    }

    /** By version, or the newest for {@code latest}. */
    public Optional<ReleaseVersion> find(String name, String version) {
        if (!version.equals("latest")) {
            return has(name, version) ? Optional.of(load(name, version)) : Optional.empty();
        }
        return list().stream()
                .filter(header -> header.name().equals(name))
                .map(ReleaseHeader::version)
                .max(Comparator.comparing(BoshVersion::parse))
                .map(newest -> load(name, newest));
    }

    private ReleaseVersion load(String name, String version) {
        return jdbi.withHandle(handle -> {
            var jobs = new LinkedHashMap<String, CatalogJob>();
            handle.createQuery("SELECT * FROM release_jobs WHERE release_name = :name AND release_version = :version")
                    .bind("name", name)
                    .bind("version", version)
                    .map((found, context) -> new CatalogJob(
                            found.getString("name"),
                            found.getString("version"),
                            found.getString("fingerprint"),
                            found.getString("blob_sha256"),
                            JobSpec.fromMap(parse(found.getString("spec"), TREE))))
                    .forEach(job -> jobs.put(job.name(), job));
            var packages = new LinkedHashMap<String, CatalogPackage>();
            handle.createQuery(
                            "SELECT * FROM release_packages WHERE release_name = :name AND release_version = :version")
                    .bind("name", name)
                    .bind("version", version)
                    .map((found, context) -> {
                        String blob = found.getString("blob_sha256");
                        return new CatalogPackage(
                                found.getString("name"),
                                found.getString("version"),
                                found.getString("fingerprint"),
                                blob.isEmpty() ? Optional.empty() : Optional.of(blob),
                                parse(found.getString("dependencies"), NAMES),
                                Map.of());
                    })
                    .forEach(one -> packages.put(one.name(), one));
            return new ReleaseVersion(name, version, jobs, packages);
        });
    }

    private static String json(Object tree) {
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("a spec must be plain maps, lists and scalars", notPlain);
        }
    }

    private static <T> T parse(String text, TypeReference<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a row of the catalog does not parse", broken);
        }
    }
}
