package io.slipway.model.release;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problems;
import io.slipway.model.archive.ArchiveReader;
import io.slipway.model.archive.MultiDigest;
import io.slipway.model.name.Name;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Yaml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads release archives in BOSH's format, source and compiled. */
public final class ReleaseArchive {
    private static final int LONGEST_HASH = 64;

    private ReleaseArchive() {}

    /**
     * Unpacks an archive into a directory and checks it: every digest, every job's spec, every name that one part uses of
     * another. Throws {@link InvalidInput} naming what is wrong.
     */
    public static ParsedRelease read(Path tgz, Path into) {
        var files = ArchiveReader.unpack(tgz, into, ErrorCodes.RELEASE_INVALID_ARCHIVE, "the release archive");
        Path manifest = files.get("release.MF");
        if (manifest == null) {
            throw ArchiveReader.invalid(
                    ErrorCodes.RELEASE_MANIFEST_NOT_FOUND, "the release archive", "it has no release.MF");
        }
        var problems = new Problems();
        var fields = new Fields(
                Yaml.parseMap(
                        ArchiveReader.text(manifest, ErrorCodes.RELEASE_INVALID_ARCHIVE, "the release archive"),
                        "release.MF"),
                "release.MF",
                problems);
        var packages = new ArrayList<ParsedPackage>();
        for (Fields one : fields.objects("packages")) {
            packages.add(readPackage(one, files, "packages"));
        }
        for (Fields one : fields.objects("compiled_packages")) {
            packages.add(readPackage(one, files, "compiled_packages"));
        }
        var jobs = new ArrayList<ParsedJob>();
        for (Fields one : fields.objects("jobs")) {
            jobs.add(readJob(one, files));
        }
        var release = new ParsedRelease(
                Name.IDENTIFIER.read(fields, "name"),
                Name.IDENTIFIER.read(fields, "version"),
                commitHash(fields),
                fields.bool("uncommitted_changes", false),
                List.copyOf(jobs),
                List.copyOf(packages));
        check(release, problems);
        problems.throwIfAny();
        var keys = release.dependencyKeys();
        release.packages().forEach(one -> keys.of(one.name()));
        return release;
    }

    private static String commitHash(Fields fields) {
        String hash = fields.string("commit_hash", "unknown");
        if (hash.length() > LONGEST_HASH || hash.indexOf('\0') >= 0) {
            fields.problem(
                    ErrorCodes.INVALID_VALUE,
                    "commit_hash",
                    "'" + fields.path("commit_hash") + "' is '" + Fields.shown(hash) + "': expected at most "
                            + LONGEST_HASH + " characters");
        }
        return hash;
    }

    /** A package may be left out: a client does not send what the director said that it has. */
    private static ParsedPackage readPackage(Fields fields, Map<String, Path> files, String section) {
        var listed = PackageList.read(fields, section);
        var archive = Optional.ofNullable(files.get(section + "/" + listed.name() + ".tgz"));
        archive.ifPresent(file -> MultiDigest.verify(
                file, listed.sha(), ErrorCodes.RELEASE_DIGEST_MISMATCH, "package '" + listed.name() + "'"));
        return new ParsedPackage(
                listed.name(),
                listed.version(),
                listed.fingerprint(),
                listed.sha(),
                archive,
                listed.dependencies(),
                listed.stemcell());
    }

    private static ParsedJob readJob(Fields fields, Map<String, Path> files) {
        String name = Name.FILE.read(fields, "name");
        Path archive = part(files, "jobs", name);
        String sha = fields.string("sha1", "");
        MultiDigest.verify(archive, sha, ErrorCodes.RELEASE_DIGEST_MISMATCH, "job '" + name + "'");
        String version = Name.IDENTIFIER.read(fields, "version");
        String fingerprint = Name.TEXT.readOptional(fields, "fingerprint").orElse(version);
        return new ParsedJob(name, version, fingerprint, sha, archive, spec(name, archive));
    }

    private static Path part(Map<String, Path> files, String folder, String name) {
        Path archive = files.get(folder + "/" + name + ".tgz");
        if (archive == null) {
            throw ArchiveReader.invalid(
                    ErrorCodes.RELEASE_INVALID_ARCHIVE,
                    "the release archive",
                    "release.MF lists '" + folder + "/" + name + ".tgz', and the archive lacks it");
        }
        return archive;
    }

    /** The spec out of a job's archive; its templates and monit's file must be there too. */
    private static JobSpec spec(String name, Path archive) {
        String what = "job '" + name + "'";
        var names = new HashSet<String>();
        var found = new ArrayList<String>();
        ArchiveReader.visit(archive, ErrorCodes.JOB_INVALID_ARCHIVE, what, (path, content) -> {
            names.add(path);
            if (path.equals("job.MF")) {
                found.add(ArchiveReader.text(content, path));
            }
        });
        if (found.isEmpty()) {
            throw ArchiveReader.invalid(ErrorCodes.JOB_MISSING_MANIFEST, what, "it has no job.MF");
        }
        String spec = found.getFirst();
        var parsed = JobSpec.fromMap(Yaml.parseMap(spec, "spec of job '" + name + "'"));
        for (String template : parsed.templates().keySet()) {
            if (!names.contains("templates/" + template)) {
                throw ArchiveReader.invalid(
                        ErrorCodes.JOB_MISSING_TEMPLATE, "job '" + name + "'", "it lacks template '" + template + "'");
            }
        }
        if (names.stream().noneMatch(path -> path.equals("monit") || path.matches("[^/]+[.]monit"))) {
            throw ArchiveReader.invalid(
                    ErrorCodes.JOB_MISSING_MONIT, "job '" + name + "'", "it lacks its 'monit' file");
        }
        checkNames(parsed, "job '" + name + "'");
        return parsed;
    }

    /** Names of links are kept in columns, and templates become files below the job's folder. */
    private static void checkNames(JobSpec spec, String what) {
        var problems = new Problems();
        for (LinkProvider link : spec.provides()) {
            check(Name.TEXT, what + ".provides.name", link.name(), problems);
            check(Name.TEXT, what + ".provides.type", link.type(), problems);
        }
        for (LinkConsumer link : spec.consumes()) {
            check(Name.TEXT, what + ".consumes.name", link.name(), problems);
            check(Name.TEXT, what + ".consumes.type", link.type(), problems);
        }
        spec.templates().forEach((source, target) -> {
            boolean isBelow = !target.startsWith("/")
                    && Stream.of(target.split("/", -1)).noneMatch(part -> part.equals(".."))
                    && Name.TAG.allows(target);
            if (!isBelow) {
                problems.add(
                        ErrorCodes.INVALID_VALUE,
                        what + ".templates",
                        what + ": template '" + Fields.shown(source) + "' is for '" + Fields.shown(target)
                                + "': expected a path below the job's folder");
            }
        });
        problems.throwIfAny();
    }

    private static void check(Name name, String field, String text, Problems problems) {
        name.problem(field, text).ifPresent(found -> problems.add(found.code(), found.field(), found.message()));
    }

    private static void check(ParsedRelease release, Problems problems) {
        var names = new HashSet<String>();
        var listed = new HashSet<String>();
        release.packages().forEach(one -> names.add(one.name()));
        for (ParsedPackage one : release.packages()) {
            if (!listed.add((one.isCompiled() ? "compiled_packages." : "packages.") + one.name())) {
                problems.add(
                        ErrorCodes.RELEASE_INVALID_PACKAGE,
                        "packages." + one.name(),
                        "release.MF lists package '" + one.name() + "' twice");
            }
            for (String dependency : one.dependencies()) {
                if (!names.contains(dependency)) {
                    problems.add(
                            ErrorCodes.RELEASE_INVALID_PACKAGE,
                            "packages." + one.name(),
                            "package '" + one.name() + "' depends on '" + dependency + "', which the release lacks");
                }
            }
        }
        for (ParsedJob job : release.jobs()) {
            for (String needed : job.spec().packages()) {
                if (!names.contains(needed)) {
                    problems.add(
                            ErrorCodes.JOB_MISSING_PACKAGE,
                            "jobs." + job.name(),
                            "job '" + job.name() + "' needs package '" + needed + "', which the release lacks");
                }
            }
        }
    }
}
