package io.slipway.store.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.plan.CatalogPackage;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.release.JobSpec;
import io.slipway.model.release.PackageList;
import io.slipway.model.release.ParsedJob;
import io.slipway.model.release.ParsedPackage;
import io.slipway.model.version.BoshVersion;
import io.slipway.store.Conflicts;
import io.slipway.store.blob.Blobs;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/** Releases that were uploaded, whole: a release is there with all its jobs and packages, or not at all. */
public final class ReleaseCatalog {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> TREE = new TypeReference<>() {};
    private static final String OF_RELEASE = " WHERE release_name = :name AND release_version = :version";
    static final TypeReference<List<String>> NAMES = new TypeReference<>() {};

    private static final Comparator<ReleaseHeader> BY_VERSION =
            Comparator.comparing(header -> BoshVersion.parse(header.version()));

    private final Jdbi jdbi;
    private final Blobs blobs;

    public ReleaseCatalog(Jdbi jdbi, Blobs blobs) {
        this.jdbi = jdbi;
        this.blobs = blobs;
    }

    /** A release without its content. */
    public record ReleaseHeader(
            String name, String version, String commitHash, boolean uncommittedChanges, List<String> jobNames) {}

    /**
     * Whether there was one. Compiled packages go with the last release that has their package; blobs stay: instances may
     * be made of them.
     */
    public boolean delete(String name, String version) {
        return Conflicts.retried(jdbi, handle -> {
            handle.createUpdate("DELETE FROM compiled_packages WHERE fingerprint IN"
                            + " (SELECT fingerprint FROM release_packages"
                            + " WHERE release_name = :name AND release_version = :version)"
                            + " AND fingerprint NOT IN (SELECT fingerprint FROM release_packages"
                            + " WHERE NOT (release_name = :name AND release_version = :version))")
                    .bind("name", name)
                    .bind("version", version)
                    .execute();
            handle.execute("DELETE FROM release_jobs WHERE release_name = ? AND release_version = ?", name, version);
            handle.execute(
                    "DELETE FROM release_packages WHERE release_name = ? AND release_version = ?", name, version);
            return handle.execute("DELETE FROM releases WHERE name = ? AND version = ?", name, version) > 0;
        });
    }

    /** The blob with a package's source, of whatever release. */
    public Optional<String> source(String fingerprint) {
        return firstThatIsThere(
                jdbi.withHandle(handle -> handle.createQuery("SELECT DISTINCT blob_sha256 FROM release_packages"
                                + " WHERE fingerprint = :fingerprint AND blob_sha256 != '' ORDER BY blob_sha256")
                        .bind("fingerprint", fingerprint)
                        .mapTo(String.class)
                        .list()));
    }

    /** The blob of a job that another upload of the same release brought. */
    Optional<String> job(String release, ParsedJob job) {
        return firstThatIsThere(
                jdbi.withHandle(handle -> handle.createQuery("SELECT DISTINCT blob_sha256 FROM release_jobs"
                                + " WHERE release_name = :release AND name = :name AND version = :version"
                                + " AND fingerprint = :fingerprint ORDER BY blob_sha256")
                        .bind("release", release)
                        .bind("name", job.name())
                        .bind("version", job.version())
                        .bind("fingerprint", job.fingerprint())
                        .mapTo(String.class)
                        .list()));
    }

    /** Not while a connection is held: where blobs are in the database, looking takes another. */
    private Optional<String> firstThatIsThere(List<String> sha256s) {
        return sha256s.stream().filter(blobs::has).findFirst();
    }

    /** Of packages that a client has, the fingerprints that it need not send. */
    public List<String> known(PackageList wanted) {
        return wanted.packages().stream()
                .map(ParsedPackage::fingerprint)
                .distinct()
                .filter(fingerprint -> source(fingerprint).isPresent())
                .toList();
    }

    /** By name, then from the oldest version to the newest. */
    public List<ReleaseHeader> list() {
        return jdbi.withHandle(handle -> {
            var jobs = new HashMap<String, List<String>>();
            handle.createQuery("SELECT release_name, release_version, name FROM release_jobs ORDER BY name")
                    .map((found, context) ->
                            Map.entry(found.getString(1) + "/" + found.getString(2), found.getString(3)))
                    .forEach(entry -> jobs.computeIfAbsent(entry.getKey(), release -> new ArrayList<>())
                            .add(entry.getValue()));
            return handle
                    .createQuery("SELECT * FROM releases")
                    .map((found, context) -> header(
                            found,
                            jobs.getOrDefault(found.getString("name") + "/" + found.getString("version"), List.of())))
                    .stream()
                    .sorted(Comparator.comparing(ReleaseHeader::name).thenComparing(BY_VERSION))
                    .toList();
        });
    }

    private static ReleaseHeader header(ResultSet found, List<String> jobs) throws SQLException {
        return new ReleaseHeader(
                found.getString("name"),
                found.getString("version"),
                found.getString("commit_hash"),
                found.getBoolean("uncommitted_changes"),
                jobs);
    }

    static List<BoshVersion> versions(Handle handle, String name) {
        return handle.createQuery("SELECT version FROM releases WHERE name = :name")
                .bind("name", name)
                .map((found, context) -> BoshVersion.parse(found.getString(1)))
                .list();
    }

    /** By version, or the newest of those that {@code latest} or, say, {@code 1.2.latest} allows. */
    public Optional<ReleaseVersion> find(String name, String version) {
        Optional<ReleaseHeader> wanted = jdbi.withHandle(handle -> handle
                .createQuery("SELECT * FROM releases WHERE name = :name")
                .bind("name", name)
                .map((found, context) -> header(found, List.of()))
                .stream()
                .filter(header -> BoshVersion.parse(header.version()).isMeantBy(version))
                .max(BY_VERSION));
        return wanted.map(this::load);
    }

    private ReleaseVersion load(ReleaseHeader header) {
        return jdbi.withHandle(handle -> {
            var release = new ReleaseVersion(
                    header.name(),
                    header.version(),
                    header.commitHash(),
                    header.uncommittedChanges(),
                    jobs(handle, header),
                    packages(handle, header),
                    List.of());
            var keys = release.dependencyKeys();
            for (CompiledRow row : compiledRows(handle, header)) {
                CatalogPackage one = release.packages().get(row.name());
                if (one != null && row.dependencyKey().equals(keys.of(row.name()))) {
                    one.compiled().put(row.stemcell(), row.sha256());
                }
            }
            return release;
        });
    }

    private static Map<String, CatalogJob> jobs(Handle handle, ReleaseHeader header) {
        var jobs = new LinkedHashMap<String, CatalogJob>();
        ofRelease(handle, header, "SELECT * FROM release_jobs" + OF_RELEASE + " ORDER BY name")
                .map((found, context) -> new CatalogJob(
                        found.getString("name"),
                        found.getString("version"),
                        found.getString("fingerprint"),
                        found.getString("blob_sha256"),
                        JobSpec.fromMap(parse(found.getString("spec"), TREE))))
                .forEach(job -> jobs.put(job.name(), job));
        return jobs;
    }

    private static Map<String, CatalogPackage> packages(Handle handle, ReleaseHeader header) {
        var packages = new LinkedHashMap<String, CatalogPackage>();
        ofRelease(handle, header, "SELECT * FROM release_packages" + OF_RELEASE + " ORDER BY name")
                .map((found, context) -> {
                    String blob = found.getString("blob_sha256");
                    return new CatalogPackage(
                            found.getString("name"),
                            found.getString("version"),
                            found.getString("fingerprint"),
                            blob.isEmpty() ? Optional.empty() : Optional.of(blob),
                            parse(found.getString("dependencies"), NAMES),
                            new TreeMap<>());
                })
                .forEach(one -> packages.put(one.name(), one));
        return packages;
    }

    private static List<CompiledRow> compiledRows(Handle handle, ReleaseHeader header) {
        return ofRelease(
                        handle,
                        header,
                        "SELECT p.name, c.stemcell, c.dependency_key, c.blob_sha256 FROM release_packages p"
                                + " JOIN compiled_packages c ON c.fingerprint = p.fingerprint" + OF_RELEASE)
                .map((found, context) ->
                        new CompiledRow(found.getString(1), found.getString(2), found.getString(3), found.getString(4)))
                .list();
    }

    private record CompiledRow(String name, String stemcell, String dependencyKey, String sha256) {}

    private static Query ofRelease(Handle handle, ReleaseHeader header, String sql) {
        return handle.createQuery(sql).bind("name", header.name()).bind("version", header.version());
    }

    static String json(Object tree) {
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("a spec must be plain maps, lists and scalars", notPlain);
        }
    }

    static <T> T parse(String text, TypeReference<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a row of the catalog does not parse", broken);
        }
    }
}
