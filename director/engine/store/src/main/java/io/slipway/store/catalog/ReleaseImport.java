package io.slipway.store.catalog;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.Problems;
import io.slipway.model.release.ParsedJob;
import io.slipway.model.release.ParsedPackage;
import io.slipway.model.release.ParsedRelease;
import io.slipway.model.version.BoshVersion;
import io.slipway.store.Conflicts;
import io.slipway.store.blob.Blobs;
import io.slipway.store.member.Turn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Takes releases in. What is known by its fingerprint is not stored again; a release that is there under the same name and
 * version gets what it lacks, such as sources for packages that it had compiled. Blobs come first, then one transaction.
 */
public final class ReleaseImport {
    private final Jdbi jdbi;
    private final Blobs blobs;
    private final ReleaseCatalog releases;
    private final CompiledPackageCatalog compiled;

    public ReleaseImport(Jdbi jdbi, Blobs blobs, ReleaseCatalog releases, CompiledPackageCatalog compiled) {
        this.jdbi = jdbi;
        this.blobs = blobs;
        this.releases = releases;
        this.compiled = compiled;
    }

    /**
     * Finds out what has to be stored. Throws {@link InvalidInput} where the archive leaves a package out that is not here.
     *
     * @param fix stores everything again, and has packages compiled again
     */
    public Draft draft(ParsedRelease release, boolean fix) {
        if (!BoshVersion.isValid(release.version())) {
            throw new InvalidInput(new Problem(
                    ErrorCodes.RELEASE_VERSION_INVALID, "version", "Release version invalid: " + release.version()));
        }
        var draft = new Draft(
                release.withVersion(
                        BoshVersion.parse(release.version()).normalized().text()),
                fix);
        draft.findKnown();
        return draft;
    }

    /** A release on its way in. Not for use by several threads. */
    public final class Draft {
        private final ParsedRelease release;
        private final boolean fix;
        private final Map<Object, StoredPart> stored = new IdentityHashMap<>();
        private final List<ParsedPackage> newPackages = new ArrayList<>();
        private final List<ParsedJob> newJobs = new ArrayList<>();

        private Draft(ParsedRelease release, boolean fix) {
            this.release = release;
            this.fix = fix;
        }

        public ParsedRelease release() {
            return release;
        }

        /** Those to be stored; in an order that shows sources first. */
        public List<ParsedPackage> newPackages() {
            return List.copyOf(newPackages);
        }

        public List<ParsedJob> newJobs() {
            return List.copyOf(newJobs);
        }

        public void store(ParsedPackage one) throws IOException {
            var archive = one.archive().orElseThrow();
            put(one, archive);
        }

        public void store(ParsedJob job) throws IOException {
            put(job, job.archive());
        }

        private void put(Object part, Path archive) throws IOException {
            var blob = fix ? blobs.putAnew(archive) : blobs.put(archive);
            stored.put(part, new StoredPart(blob.sha256(), Files.size(archive), true));
        }

        /**
         * Enters the release into the catalog, whole.
         *
         * @param rebase gives it the version that follows those that are there
         * @param turn in which this is done once, also where the import is repeated
         * @return its version
         */
        public String commit(boolean rebase, Turn turn) {
            return Conflicts.retried(
                    jdbi,
                    handle -> turn.once(handle, () -> {
                        var entry = new ReleaseEntry(handle, rebase ? rebased(handle) : release, fix);
                        entry.write(stored);
                        return entry.version();
                    }));
        }

        private ParsedRelease rebased(Handle handle) {
            var version = BoshVersion.parse(release.version());
            if (!version.isPostRelease()) {
                throw new InvalidInput(new Problem(
                        ErrorCodes.RELEASE_VERSION_INVALID,
                        "version",
                        "Release '" + release.name() + "/" + release.version()
                                + "' cannot be rebased: only a development version such as 1+dev.1 can"));
            }
            var present = ReleaseCatalog.versions(handle, release.name());
            return release.withVersion(version.rebasedOn(present).text());
        }

        private void findKnown() {
            var problems = new Problems();
            var keys = release.dependencyKeys();
            for (ParsedPackage one : release.packages()) {
                Optional<String> known = one.stemcell()
                        .map(stemcell -> compiled.find(one.fingerprint(), stemcell, keys.of(one.name())))
                        .orElseGet(() -> releases.source(one.fingerprint()));
                if (one.archive().isPresent() && (fix || known.isEmpty())) {
                    newPackages.add(one);
                } else if (known.isPresent()) {
                    stored.put(one, new StoredPart(known.get(), sizeOf(known.get()), false));
                } else {
                    problems.add(ErrorCodes.RELEASE_INVALID_ARCHIVE, "packages." + one.name(), lacking(one));
                }
            }
            problems.throwIfAny();
            for (ParsedJob job : release.jobs()) {
                var known = fix ? Optional.<String>empty() : releases.job(release.name(), job);
                known.ifPresentOrElse(
                        sha256 -> stored.put(job, new StoredPart(sha256, sizeOf(sha256), false)),
                        () -> newJobs.add(job));
            }
        }

        private static String lacking(ParsedPackage one) {
            String file = (one.isCompiled() ? "compiled_packages/" : "packages/") + one.name() + ".tgz";
            return "release.MF lists '" + file + "', the archive lacks it, and no release here has a package with"
                    + " fingerprint '" + one.fingerprint() + "'"
                    + one.stemcell()
                            .map(stemcell -> " compiled for " + stemcell + " with the same dependencies")
                            .orElse("")
                    + ": upload the whole release";
        }
    }

    /**
     * A blob of a part of a release.
     *
     * @param isNew whether it came with this archive
     */
    record StoredPart(String sha256, long sizeBytes, boolean isNew) {}

    private long sizeOf(String sha256) {
        try {
            return blobs.size(sha256);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
