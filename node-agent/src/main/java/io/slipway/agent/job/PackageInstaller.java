package io.slipway.agent.job;

import io.slipway.agent.archive.Tarball;
import io.slipway.agent.blob.BlobFiles;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.layout.Folders;
import io.slipway.agent.layout.Layout;
import io.slipway.protocol.agent.v1.PackageSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/** Compiled packages: shared by the CPI where it has them, else fetched and unpacked; linked where jobs look for them. */
public final class PackageInstaller {
    private final Layout layout;
    private final BlobFiles blobs;
    private final Folders folders;

    public PackageInstaller(Layout layout, BlobFiles blobs, Folders folders) {
        this.layout = layout;
        this.blobs = blobs;
        this.folders = folders;
    }

    /** Fetches what is not here, touching nothing that runs. */
    public void fetch(List<PackageSpec> packages) throws CommandFailure, IOException, InterruptedException {
        for (var spec : packages) {
            Names.check("package", spec.getName());
            Names.checkDigest("package " + spec.getName(), spec.getCompiled().getSha256());
            if (!Files.isDirectory(bundle(spec))) {
                download(spec);
            }
        }
    }

    /** Links these packages and unlinks all others. */
    public void link(List<PackageSpec> packages) throws IOException {
        folders.make(layout.packages(), "rwxr-xr-x");
        for (var spec : packages) {
            folders.link(layout.packages().resolve(spec.getName()), bundle(spec));
        }
        removeOthers(
                layout.packages(), packages.stream().map(PackageSpec::getName).toList());
    }

    /** Deletes the unpacked packages that this spec does not use. */
    public void sweep(List<PackageSpec> packages) throws IOException {
        var used = new HashSet<Path>();
        packages.forEach(p -> used.add(bundle(p)));
        for (var name : children(layout.packageBundles())) {
            for (var version : children(name)) {
                if (!used.contains(version)) {
                    Folders.deleteTree(version);
                }
            }
        }
    }

    private Path bundle(PackageSpec spec) {
        var shared = layout.sharedPackages().resolve(spec.getCompiled().getSha256());
        return Files.isDirectory(shared)
                ? shared
                : layout.packageBundles()
                        .resolve(spec.getName())
                        .resolve(spec.getCompiled().getSha256());
    }

    private void download(PackageSpec spec) throws CommandFailure, IOException, InterruptedException {
        var archive = layout.temporary().resolve("package-" + spec.getCompiled().getSha256() + ".tgz");
        try {
            blobs.fetch(spec.getCompiled(), archive);
            var folder = bundle(spec);
            folders.make(java.util.Objects.requireNonNull(folder.getParent()), "rwxr-xr-x");
            Tarball.unpack(archive, folder);
            folders.own(folder, "rwxr-xr-x");
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    static void removeOthers(Path folder, Collection<String> wanted) throws IOException {
        for (var entry : children(folder)) {
            if (!wanted.contains(String.valueOf(entry.getFileName()))) {
                Folders.deleteTree(entry);
            }
        }
    }

    static List<Path> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var entries = Files.list(folder)) {
            return entries.toList();
        }
    }
}
