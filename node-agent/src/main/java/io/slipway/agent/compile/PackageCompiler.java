package io.slipway.agent.compile;

import io.slipway.agent.archive.Tarball;
import io.slipway.agent.blob.BlobFiles;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.job.Names;
import io.slipway.agent.job.PackageInstaller;
import io.slipway.agent.layout.Folders;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.process.Program;
import io.slipway.protocol.agent.v1.CompilePackage;
import io.slipway.protocol.agent.v1.CompileResult;
import io.slipway.protocol.agent.v1.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compiles one package as BOSH does: its dependencies installed, its sources unpacked, its packaging script run. */
public final class PackageCompiler {
    private final Layout layout;
    private final BlobFiles blobs;
    private final Folders folders;
    private final PackageInstaller packages;

    public PackageCompiler(Layout layout, BlobFiles blobs, Folders folders, PackageInstaller packages) {
        this.layout = layout;
        this.blobs = blobs;
        this.folders = folders;
        this.packages = packages;
    }

    public CompileResult compile(CompilePackage order) throws CommandFailure, IOException, InterruptedException {
        Names.check("package", order.getName());
        Names.checkDigest("package source " + order.getName(), order.getSource().getSha256());
        packages.fetch(order.getDependenciesList());
        packages.link(order.getDependenciesList());
        var sources = layout.compileWorkspace().resolve(order.getName());
        var install = layout.packageBundles().resolve(order.getName()).resolve("compiling");
        var link = layout.packages().resolve(order.getName());
        var archive = layout.temporary().resolve("compile-" + order.getName() + ".tgz");
        try {
            blobs.fetch(order.getSource(), archive);
            Tarball.unpack(archive, sources);
            Folders.deleteTree(install);
            folders.make(install, "rwxr-xr-x");
            folders.link(link, install);
            var output = runPackaging(order, sources, link);
            Tarball.pack(install, archive);
            var digest = blobs.upload(archive, order.getUpload().getUrl());
            return CompileResult.newBuilder()
                    .setSha256(digest)
                    .setSizeBytes(Files.size(archive))
                    .setOutputTail(output)
                    .build();
        } finally {
            Files.deleteIfExists(archive);
            Files.deleteIfExists(link);
            Folders.deleteTree(install);
            Folders.deleteTree(sources);
        }
    }

    private static String runPackaging(CompilePackage order, Path sources, Path target)
            throws CommandFailure, IOException, InterruptedException {
        if (!Files.exists(sources.resolve("packaging"))) {
            return "";
        }
        var finished = Program.of("bash", "-x", "packaging")
                .with("BOSH_COMPILE_TARGET", sources.toString())
                .with("BOSH_INSTALL_TARGET", target.toString())
                .with("BOSH_PACKAGE_NAME", order.getName())
                .with("BOSH_PACKAGE_VERSION", order.getVersion())
                .with("HOME", "/root")
                .in(sources)
                .run();
        if (finished.exitCode() != 0) {
            throw new CommandFailure(
                    Failure.Code.SCRIPT_FAILED,
                    "the packaging script of package " + order.getName() + "/" + order.getVersion() + " ended with "
                            + finished.exitCode(),
                    finished.tail());
        }
        return finished.tail();
    }
}
