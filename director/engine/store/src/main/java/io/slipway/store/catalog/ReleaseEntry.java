package io.slipway.store.catalog;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.release.ParsedJob;
import io.slipway.model.release.ParsedPackage;
import io.slipway.model.release.ParsedRelease;
import io.slipway.store.PlainText;
import io.slipway.store.catalog.ReleaseImport.StoredPart;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Rows of one release version, written within one transaction over those that are there. */
final class ReleaseEntry {
    private static final int LONGEST_COMMIT = 64;

    private static final String OF_RELEASE = " WHERE release_name = ? AND release_version = ?";

    private final Handle handle;
    private final ParsedRelease release;
    private final boolean fix;

    ReleaseEntry(Handle handle, ParsedRelease release, boolean fix) {
        this.handle = handle;
        this.release = release;
        this.fix = fix;
    }

    String version() {
        return release.version();
    }

    /** Throws {@link InvalidInput} where what is there under this name and version is something else. */
    void write(Map<Object, StoredPart> stored) {
        writeHeader();
        var keys = release.dependencyKeys();
        for (ParsedPackage one : release.packages()) {
            var blob = Objects.requireNonNull(stored.get(one));
            writePackage(one, one.isCompiled() ? "" : blob.sha256());
            if (fix && blob.isNew() && !one.isCompiled()) {
                replaceSource(one, blob.sha256());
            }
        }
        // After the sources: these are what a fixed source is not to be compiled again for.
        for (ParsedPackage one : release.packages()) {
            var blob = Objects.requireNonNull(stored.get(one));
            one.stemcell()
                    .ifPresent(stemcell -> CompiledPackageCatalog.put(
                            handle, one.fingerprint(), stemcell, keys.of(one.name()), blob.sha256(), blob.sizeBytes()));
        }
        for (ParsedJob job : release.jobs()) {
            writeJob(job, Objects.requireNonNull(stored.get(job)).sha256());
        }
    }

    /** Whatever the archive's author took for one. */
    private String commitHash() {
        return PlainText.clean(release.commitHash(), LONGEST_COMMIT);
    }

    private void writeHeader() {
        var known = handle.createQuery("SELECT commit_hash, uncommitted_changes FROM releases WHERE name = :name"
                        + " AND version = :version")
                .bind("name", release.name())
                .bind("version", release.version())
                .map((found, context) -> Map.entry(found.getString(1), found.getBoolean(2)))
                .findOne();
        if (known.isEmpty()) {
            handle.execute(
                    "INSERT INTO releases (name, version, commit_hash, uncommitted_changes) VALUES (?, ?, ?, ?)",
                    release.name(),
                    release.version(),
                    commitHash(),
                    release.uncommittedChanges());
        } else if (!known.get().equals(Map.entry(commitHash(), release.uncommittedChanges()))) {
            throw refused(
                    ErrorCodes.RELEASE_COMMIT_DIFFERS,
                    "commit_hash",
                    "release '" + label() + "' has already been uploaded with commit_hash as '"
                            + known.get().getKey() + "' and uncommitted_changes as '"
                            + known.get().getValue() + "'; this one has '" + commitHash() + "' and '"
                            + release.uncommittedChanges() + "': give it another version");
        }
    }

    private record KnownPackage(String fingerprint, Set<String> dependencies) {}

    private void writePackage(ParsedPackage one, String blob) {
        Optional<KnownPackage> known = handle.createQuery("SELECT fingerprint, dependencies FROM release_packages"
                        + " WHERE release_name = :name AND release_version = :version AND name = :package")
                .bind("name", release.name())
                .bind("version", release.version())
                .bind("package", one.name())
                .map((found, context) -> new KnownPackage(
                        found.getString(1), Set.copyOf(ReleaseCatalog.parse(found.getString(2), ReleaseCatalog.NAMES))))
                .findOne();
        if (known.isEmpty()) {
            handle.execute(
                    "INSERT INTO release_packages (release_name, release_version, name, version, fingerprint,"
                            + " blob_sha256, dependencies) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    release.name(),
                    release.version(),
                    one.name(),
                    one.version(),
                    one.fingerprint(),
                    blob,
                    ReleaseCatalog.json(one.dependencies()));
            return;
        }
        requireSame(one, known.get());
        if (!blob.isEmpty()) {
            handle.execute(
                    "UPDATE release_packages SET blob_sha256 = ?" + OF_RELEASE + " AND name = ?",
                    blob,
                    release.name(),
                    release.version(),
                    one.name());
        }
    }

    private void requireSame(ParsedPackage one, KnownPackage known) {
        if (!known.fingerprint().equals(one.fingerprint())) {
            throw refused(
                    ErrorCodes.RELEASE_INVALID_PACKAGE,
                    "packages." + one.name(),
                    "package '" + one.name() + "' had different fingerprint in previously uploaded release '" + label()
                            + "': '" + known.fingerprint() + "', and now '" + one.fingerprint() + "'");
        }
        if (!known.dependencies().equals(Set.copyOf(one.dependencies()))) {
            throw refused(
                    ErrorCodes.RELEASE_DEPENDENCIES_DIFFER,
                    "packages." + one.name(),
                    "package '" + one.name() + "' depends on " + one.dependencies()
                            + ", and in previously uploaded release '" + label() + "' on " + known.dependencies());
        }
    }

    /** What was compiled from another source is not to be trusted. */
    private void replaceSource(ParsedPackage one, String blob) {
        handle.execute(
                "UPDATE release_packages SET blob_sha256 = ? WHERE fingerprint = ? AND blob_sha256 != ''",
                blob,
                one.fingerprint());
        handle.execute("DELETE FROM compiled_packages WHERE fingerprint = ?", one.fingerprint());
    }

    private void writeJob(ParsedJob job, String blob) {
        List<String> known = handle.createQuery("SELECT fingerprint FROM release_jobs WHERE release_name = :name"
                        + " AND release_version = :version AND name = :job")
                .bind("name", release.name())
                .bind("version", release.version())
                .bind("job", job.name())
                .mapTo(String.class)
                .list();
        if (known.isEmpty()) {
            handle.execute(
                    "INSERT INTO release_jobs (release_name, release_version, name, version, fingerprint,"
                            + " blob_sha256, spec) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    release.name(),
                    release.version(),
                    job.name(),
                    job.version(),
                    job.fingerprint(),
                    blob,
                    ReleaseCatalog.json(job.spec().toMap()));
        } else if (!known.contains(job.fingerprint())) {
            throw refused(
                    ErrorCodes.RELEASE_JOB_DIFFERS,
                    "jobs." + job.name(),
                    "job '" + job.name() + "' had different fingerprint in previously uploaded release '" + label()
                            + "': '" + known.getFirst() + "', and now '" + job.fingerprint() + "'");
        }
        if (fix) {
            handle.execute(
                    "UPDATE release_jobs SET blob_sha256 = ?, spec = ? WHERE release_name = ? AND name = ?"
                            + " AND fingerprint = ?",
                    blob,
                    ReleaseCatalog.json(job.spec().toMap()),
                    release.name(),
                    job.name(),
                    job.fingerprint());
        }
    }

    private String label() {
        return release.name() + "/" + release.version();
    }

    private static InvalidInput refused(int code, String field, String message) {
        return new InvalidInput(new Problem(code, field, message));
    }
}
