package io.slipway.agent.job;

import io.slipway.agent.archive.Tarball;
import io.slipway.agent.blob.BlobFiles;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.layout.Folders;
import io.slipway.agent.layout.Layout;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.JobSpec;
import io.slipway.protocol.agent.v1.PackageSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Puts a spec's jobs and packages where BOSH has them: prepared beside what runs, then linked in place. */
public final class JobInstaller {
    private final Layout layout;
    private final BlobFiles blobs;
    private final Folders folders;
    private final PackageInstaller packages;

    public JobInstaller(Layout layout, BlobFiles blobs, Folders folders, PackageInstaller packages) {
        this.layout = layout;
        this.blobs = blobs;
        this.folders = folders;
        this.packages = packages;
    }

    /** Fetches and unpacks what the spec needs, without touching what runs. */
    public void prepare(ApplySpec spec) throws CommandFailure, IOException, InterruptedException {
        for (var job : spec.getJobsList()) {
            Names.check("job", job.getName());
        }
        packages.fetch(spec.getPackagesList());
        if (spec.getJobsCount() > 0 && !hasBundles(spec)) {
            unpackTemplates(spec);
        }
    }

    /** Makes the spec's jobs and packages the current ones. */
    public void apply(ApplySpec spec) throws CommandFailure, IOException, InterruptedException {
        prepare(spec);
        packages.link(spec.getPackagesList());
        folders.make(layout.jobs(), "rwxr-x---");
        for (var job : spec.getJobsList()) {
            makeFolders(job);
            linkPackages(bundle(spec, job), spec.getPackagesList());
            folders.link(layout.job(job.getName()), bundle(spec, job));
        }
        var names = spec.getJobsList().stream().map(JobSpec::getName).toList();
        PackageInstaller.removeOthers(layout.jobs(), names);
        sweep(spec);
        packages.sweep(spec.getPackagesList());
        writeInstanceFacts(spec);
    }

    /** After a boot: the folders of the jobs that a tmpfs has forgotten. */
    public void remakeVolatileFolders(ApplySpec spec) throws IOException {
        for (var job : spec.getJobsList()) {
            makeFolders(job);
        }
    }

    /** The name that monit's file gets, and where it is, for each monit file of the spec's jobs, in the spec's order. */
    public Map<String, Path> monitFiles(ApplySpec spec) throws IOException {
        var files = new LinkedHashMap<String, Path>();
        for (var i = 0; i < spec.getJobsCount(); i++) {
            var job = spec.getJobs(i).getName();
            var folder = layout.job(job);
            if (Files.exists(folder.resolve("monit"))) {
                files.put(String.format("%04d_%s.monitrc", i, job), folder.resolve("monit"));
            }
            for (var more : PackageInstaller.children(folder)) {
                var name = String.valueOf(more.getFileName());
                if (name.endsWith(".monit")) {
                    var label = name.substring(0, name.length() - ".monit".length());
                    files.put(String.format("%04d_%s_%s.monitrc", i, job, label), more);
                }
            }
        }
        return files;
    }

    private boolean hasBundles(ApplySpec spec) {
        return spec.getJobsList().stream().allMatch(job -> Files.isDirectory(bundle(spec, job)));
    }

    private Path bundle(ApplySpec spec, JobSpec job) {
        return layout.jobBundles()
                .resolve(job.getName())
                .resolve(spec.getRenderedTemplates().getSha256());
    }

    private void unpackTemplates(ApplySpec spec) throws CommandFailure, IOException, InterruptedException {
        var blob = spec.getRenderedTemplates();
        Names.checkDigest("rendered templates", blob.getSha256());
        var archive = layout.temporary().resolve("templates-" + blob.getSha256() + ".tgz");
        var unpacked = layout.temporary().resolve("templates-" + blob.getSha256());
        try {
            blobs.fetch(blob, archive);
            Tarball.unpack(archive, unpacked);
            for (var job : spec.getJobsList()) {
                install(unpacked.resolve(job.getName()), bundle(spec, job));
            }
        } finally {
            Files.deleteIfExists(archive);
            Folders.deleteTree(unpacked);
        }
    }

    private void install(Path from, Path bundle) throws CommandFailure, IOException {
        if (!Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandFailure(
                    Failure.Code.INVALID,
                    "the rendered templates have no folder for job " + from.getFileName() + " of the spec");
        }
        var parent = Objects.requireNonNull(bundle.getParent());
        folders.make(layout.jobBundles(), "rwxr-x---");
        folders.make(parent, "rwxr-x---");
        fixModes(from);
        Folders.deleteTree(bundle);
        Files.move(from, bundle, StandardCopyOption.ATOMIC_MOVE);
    }

    /** As BOSH: folders and what is in bin 0750, all other files 0640, all root:vcap. */
    private void fixModes(Path top) throws IOException, CommandFailure {
        var strangers = new java.util.ArrayList<Path>();
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a) throws IOException {
                folders.own(folder, "rwxr-x---");
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    folders.own(file, top.relativize(file).startsWith("bin") ? "rwxr-x---" : "rw-r-----");
                } else {
                    strangers.add(top.relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        if (!strangers.isEmpty()) {
            throw new CommandFailure(
                    Failure.Code.INVALID,
                    "the rendered templates of job " + top.getFileName() + " hold what is no file and no folder: "
                            + strangers);
        }
    }

    private void makeFolders(JobSpec job) throws IOException {
        var name = job.getName();
        for (var folder : List.of(
                layout.systemLogs().resolve(name),
                layout.systemRun().resolve(name),
                layout.data().resolve(name))) {
            if (!Files.isDirectory(folder)) {
                folders.make(folder, "rwxrwx---");
            }
        }
    }

    /** A job finds its packages below its own folder as well; it sees all of the spec's, as in BOSH. */
    private void linkPackages(Path bundle, List<PackageSpec> specs) throws IOException {
        var folder = bundle.resolve("packages");
        folders.make(folder, "rwxr-x---");
        for (var spec : specs) {
            folders.link(folder.resolve(spec.getName()), layout.packages().resolve(spec.getName()));
        }
        PackageInstaller.removeOthers(
                folder, specs.stream().map(PackageSpec::getName).toList());
    }

    private void sweep(ApplySpec spec) throws IOException {
        var digest = spec.getRenderedTemplates().getSha256();
        var names = spec.getJobsList().stream().map(JobSpec::getName).toList();
        for (var job : PackageInstaller.children(layout.jobBundles())) {
            var isUsed = names.contains(String.valueOf(job.getFileName()));
            PackageInstaller.removeOthers(job, isUsed ? List.of(digest) : List.of());
        }
    }

    /** The files under instance/ that BOSH's agent leaves for scripts. */
    private void writeInstanceFacts(ApplySpec spec) throws IOException {
        folders.make(layout.instanceFolder(), "rwxr-x---");
        var facts = Map.of(
                "id", spec.getInstanceId(),
                "az", spec.getAz(),
                "name", spec.getInstanceGroup(),
                "deployment", spec.getDeployment());
        for (var fact : facts.entrySet()) {
            var file = layout.instanceFolder().resolve(fact.getKey());
            Files.write(file, fact.getValue().getBytes(StandardCharsets.UTF_8));
            folders.own(file, "rw-r-----");
        }
    }
}
