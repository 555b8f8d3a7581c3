package io.slipway.e2e.directors;

import io.slipway.e2e.Installation;
import io.slipway.e2e.Programs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The release that Slipway deploys itself with, and what its tests need besides, as this checkout makes them. */
record SlipwayRelease(Installation slipway) {
    private static final int SECONDS = 1200;
    private static final Pattern STATIC_RANGE = Pattern.compile("static: \\[([0-9]+\\.[0-9]+\\.[0-9]+)\\.");

    private Path home() {
        return slipway.checkoutFolder().resolve("deploy/releases/slipway");
    }

    Path archive(String version) {
        return packed("create-release", "--release-version", version);
    }

    /** Of other jars than those of this checkout. */
    Path archive(String version, Path program) {
        return packed("create-release", "--release-version", version, "--program", program.toString());
    }

    /** {@code machine} or {@code guests}. */
    Path testRelease(String name) {
        return packed("tests/create-release", name);
    }

    private Path packed(String script, String... arguments) {
        var command = new ArrayList<>(List.of(home().resolve(script).toString()));
        command.addAll(List.of(arguments));
        String out =
                Programs.run(home(), Map.of(), SECONDS, command).mustSucceed().out();
        return Path.of(out.lines().toList().getLast());
    }

    /** The director's jars as a next build makes them: they differ, and do the same. */
    Path nextBuild(Path folder) throws IOException {
        Path target = slipway.checkoutFolder().resolve("director/server/target");
        Files.createDirectories(folder);
        try (Stream<Path> own = Files.list(target);
                Stream<Path> others = Files.list(target.resolve("lib"))) {
            for (Path jar : Stream.concat(own, others)
                    .filter(file -> file.toString().matches(".*(?<!-tests|-sources)[.]jar"))
                    .toList()) {
                Path copy = Files.copy(jar, folder.resolve(jar.getFileName()));
                if (copy.getFileName().toString().startsWith("slipway-server-")) {
                    mark(copy);
                }
            }
        }
        return folder;
    }

    private static void mark(Path jar) throws IOException {
        try (var files = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of())) {
            Files.writeString(files.getPath("/next-build"), "");
        }
    }

    /**
     * The manifest of this release, for three directors whose VMs are containers of a fourth VM: on one of this machine each
     * director would have a machine of its own.
     */
    String manifest(String apiAddress, String password) throws IOException {
        return Files.readString(home().resolve("manifests/slipway.yml"))
                .replace("((azs))", "[z1, z2, z3]")
                .replace("((network))", "default")
                .replace("((director_vm_type))", "small")
                .replace("((database_vm_type))", "small")
                .replace("((database_disk_type))", "small")
                .replace("((api_address))", apiAddress)
                .replace("((admin_password))", password)
                .replace("((director_uuid))", "00000000-0000-4000-8000-000000000014")
                .replace("((encryption_password))", password + password)
                // Directors that start beside it can keep a small machine's processors for seconds.
                .replace("cpi: ((cpi))", "cpi: {job: machine-cpi}\n      cluster: {patience_ms: 4000}")
                .replace("releases:\n", "releases:\n- name: machine\n  version: latest\n")
                .replace("instance_groups:\n", """
                        instance_groups:
                        - name: machine
                          azs: [z1]
                          instances: 1
                          vm_type: large
                          stemcell: default
                          networks: [{name: default}]
                          jobs: [{name: machine, release: machine}]

                        """)
                .replace(
                        "  - name: api-address\n",
                        "  - {name: machine-cpi, release: machine}\n  - name: api-address\n");
    }

    /** An address that this cloud config keeps for such use. */
    static String apiAddress(String cloudConfig) {
        var range = STATIC_RANGE.matcher(cloudConfig);
        if (!range.find()) {
            throw new AssertionError("no static addresses in " + cloudConfig);
        }
        return range.group(1) + ".20";
    }
}
