package io.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.core.kit.BlobServer;
import io.slipway.protocol.agent.v1.Apply;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.CompilePackage;
import io.slipway.protocol.agent.v1.Drain;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FetchLogs;
import io.slipway.protocol.agent.v1.JobSpec;
import io.slipway.protocol.agent.v1.RunScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsTest {
    private TestVm vm;
    private int commands;

    @BeforeEach
    void startVm(@TempDir Path root) throws Exception {
        vm = new TestVm(root).start();
        vm.director.hello(1);
    }

    @AfterEach
    void endVm() throws Exception {
        vm.close();
    }

    @Test
    void lays_jobs_and_packages_out_as_bosh_does() throws Exception {
        var shared = new Tgz().file("bin/tool", "shared").bytes();
        Files.createDirectories(vm.layout.sharedPackages().resolve(BlobServer.sha256(shared)));
        var spec = spec(new Tgz()
                        .file("web/monit", "")
                        .file("web/bin/ctl", "#!/bin/bash\n")
                        .file("web/config/web.yml", "a: 1\n"))
                .addJobs(JobSpec.newBuilder().setName("web"))
                .addPackages(vm.packageSpec(
                        "fetched", new Tgz().file("bin/tool", "fetched").bytes()))
                .addPackages(vm.packageSpec("shared", shared));

        assertThat(apply(spec).hasSuccess()).isTrue();

        var job = vm.layout.job("web");
        assertThat(job).isSymbolicLink();
        assertThat(mode(job.resolve("bin/ctl"))).isEqualTo("rwxr-x---");
        assertThat(mode(job.resolve("config/web.yml"))).isEqualTo("rw-r-----");
        assertThat(vm.layout.packages().resolve("fetched/bin/tool")).hasContent("fetched");
        assertThat(Files.readSymbolicLink(vm.layout.packages().resolve("shared")))
                .isEqualTo(vm.layout.sharedPackages().resolve(BlobServer.sha256(shared)));
        assertThat(job.resolve("packages/fetched/bin/tool")).hasContent("fetched");
        assertThat(vm.layout.sys().resolve("log/web")).isDirectory();
        assertThat(vm.layout.monitJobs()).isEmptyDirectory();
    }

    @Test
    void removes_what_the_next_spec_does_not_have() throws Exception {
        apply(spec(new Tgz().file("old/monit", ""))
                .addJobs(JobSpec.newBuilder().setName("old"))
                .addPackages(vm.packageSpec("gone", new Tgz().file("a", "a").bytes())));

        apply(spec(new Tgz().file("new/monit", "")).addJobs(JobSpec.newBuilder().setName("new")));

        assertThat(vm.layout.jobs()).isDirectoryContaining(p -> p.endsWith("new"));
        assertThat(vm.layout.job("old")).doesNotExist();
        assertThat(vm.layout.packages()).isEmptyDirectory();
        assertThat(vm.layout.packageBundles().resolve("gone")).isEmptyDirectory();
    }

    @Test
    void refuses_a_blob_whose_digest_is_another() {
        var spec = spec(new Tgz().file("web/monit", ""))
                .addJobs(JobSpec.newBuilder().setName("web"));
        spec.getRenderedTemplatesBuilder().setSha256("0".repeat(64));

        var result = apply(spec);

        assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.DIGEST_MISMATCH);
        assertThat(result.getFailure().getMessage()).doesNotContain("signature");
        assertThat(vm.layout.job("web")).doesNotExist();
    }

    @Test
    void refuses_archives_that_reach_outside() {
        for (var member : new String[] {"../escaped", "web/../../../escaped", "/tmp/slipway-escaped"}) {
            var spec = spec(new Tgz().file("web/monit", "").file(member, "bad"))
                    .addJobs(JobSpec.newBuilder().setName("web"));

            var result = apply(spec);

            assertThat(result.getFailure().getCode()).as(member).isEqualTo(Failure.Code.INVALID);
            assertThat(Path.of("/tmp/slipway-escaped")).doesNotExist();
            assertThat(vm.layout.data().resolve("escaped")).doesNotExist();
        }
    }

    @Test
    void refuses_templates_that_hold_a_link_and_job_names_that_are_paths() {
        var link = apply(spec(new Tgz().file("web/monit", "").link("web/config", "/etc"))
                .addJobs(JobSpec.newBuilder().setName("web")));
        var name =
                apply(spec(new Tgz().file("x", "")).addJobs(JobSpec.newBuilder().setName("../web")));

        assertThat(link.getFailure().getCode()).isEqualTo(Failure.Code.INVALID);
        assertThat(name.getFailure().getCode()).isEqualTo(Failure.Code.INVALID);
    }

    @Test
    void runs_lifecycle_scripts_of_all_jobs_and_names_those_that_failed() throws Exception {
        apply(spec(new Tgz()
                        .file("good/bin/pre-start", "#!/bin/bash\necho $GREETING\n")
                        .file("bad/bin/pre-start", "#!/bin/bash\necho no space >&2\nexit 3\n"))
                .addJobs(JobSpec.newBuilder().setName("good"))
                .addJobs(JobSpec.newBuilder().setName("bad")));

        var result = carryOut(Command.newBuilder()
                .setRunScript(RunScript.newBuilder().setName("pre-start").putEnvironment("GREETING", "hello")));

        assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.SCRIPT_FAILED);
        assertThat(result.getFailure().getMessage())
                .isEqualTo("1 of 2 pre-start scripts failed. Failed Jobs: bad (exit code 3). Successful Jobs: good");
        assertThat(result.getFailure().getOutputTail()).contains("no space");
        assertThat(vm.layout.systemLogs().resolve("good/pre-start.stdout.log")).hasContent("hello");
    }

    @Test
    void asks_a_dynamic_drain_script_until_it_is_done() {
        var log = vm.layout.root().resolve("drains");
        apply(spec(new Tgz()
                        .file(
                                "web/bin/drain",
                                "#!/bin/bash\necho \"$* $BOSH_JOB_STATE\" >> " + log + "\n" + "[ $(wc -l < " + log
                                        + ") -lt 2 ] && echo -1 || echo 0\n"))
                .addJobs(JobSpec.newBuilder().setName("web"))
                .setPersistentDiskMb(64));

        var result = carryOut(Command.newBuilder().setDrain(Drain.newBuilder().setKind(Drain.Kind.SHUTDOWN)));

        assertThat(result.getSuccess().getDrain().getWaitedSeconds()).isEqualTo(1);
        assertThat(log)
                .hasContent("job_shutdown hash_unchanged {\"persistent_disk\":64}\n"
                        + "job_check_status hash_unchanged {\"persistent_disk\":64}");
    }

    @Test
    void a_drain_script_that_prints_a_number_and_fails_has_drained_and_is_remarked_upon() {
        apply(spec(new Tgz()
                        .file("web/bin/drain", "#!/bin/bash\necho 0\nexit 7\n")
                        .file("quiet/bin/drain", "#!/bin/bash\necho 0\n"))
                .addJobs(JobSpec.newBuilder().setName("web"))
                .addJobs(JobSpec.newBuilder().setName("quiet")));

        var result = carryOut(Command.newBuilder().setDrain(Drain.newBuilder().setKind(Drain.Kind.SHUTDOWN)));

        assertThat(result.getSuccess().getDrain().getRemarksList())
                .containsExactly(
                        "the drain script of job web printed a number and ended with exit code 7, which does no harm");
    }

    @Test
    void compiles_a_package_with_its_dependencies_and_uploads_it() throws Exception {
        var source = new Tgz()
                .file(
                        "packaging",
                        "set -e\ncp $PWD/code $BOSH_INSTALL_TARGET/\ncp /dev/null $BOSH_INSTALL_TARGET/$BOSH_PACKAGE_NAME\n"
                                + "cat " + vm.layout.packages() + "/dep/tool >> $BOSH_INSTALL_TARGET/code\n")
                .file("code", "compiled by ")
                .bytes();

        var result = carryOut(Command.newBuilder()
                .setCompilePackage(CompilePackage.newBuilder()
                        .setName("pkg")
                        .setVersion("7")
                        .setSource(vm.blobs.blob(source))
                        .addDependencies(vm.packageSpec(
                                "dep", new Tgz().file("tool", "dep").bytes()))
                        .setUpload(vm.blobs.upload("result"))));

        var compiled = result.getSuccess().getCompile();
        assertThat(compiled.getSha256()).isEqualTo(BlobServer.sha256(vm.blobs.uploaded("result")));
        assertThat(compiled.getSizeBytes()).isEqualTo(vm.blobs.uploaded("result").length);
        var unpacked = vm.layout.root().resolve("unpacked");
        var archive = vm.layout.root().resolve("result.tgz");
        Files.write(archive, vm.blobs.uploaded("result"));
        io.slipway.agent.archive.Tarball.unpack(archive, unpacked);
        assertThat(unpacked.resolve("code")).hasContent("compiled by dep");
        assertThat(unpacked.resolve("pkg")).exists();
        assertThat(vm.layout.compileWorkspace().resolve("pkg")).doesNotExist();
    }

    @Test
    void bundles_the_logs_of_a_job_that_the_filters_let_through() throws Exception {
        apply(spec(new Tgz().file("web/monit", "")).addJobs(JobSpec.newBuilder().setName("web")));
        Files.writeString(vm.layout.systemLogs().resolve("web/web.log"), "line");
        Files.writeString(vm.layout.systemLogs().resolve("web/core"), "not a log");

        var result = carryOut(Command.newBuilder()
                .setFetchLogs(FetchLogs.newBuilder()
                        .addJobs("web")
                        .addFilters("**/*.log")
                        .setUpload(vm.blobs.upload("logs"))));

        assertThat(result.getSuccess().getLogs().getSha256()).isEqualTo(BlobServer.sha256(vm.blobs.uploaded("logs")));
        var archive = vm.layout.root().resolve("logs.tgz");
        Files.write(archive, vm.blobs.uploaded("logs"));
        var unpacked = vm.layout.root().resolve("unpacked");
        io.slipway.agent.archive.Tarball.unpack(archive, unpacked);
        assertThat(unpacked.resolve("web/web.log")).hasContent("line");
        assertThat(unpacked.resolve("web/core")).doesNotExist();
    }

    private ApplySpec.Builder spec(Tgz templates) {
        var bytes = templates.bytes();
        return ApplySpec.newBuilder()
                .setRenderedTemplates(vm.blobs.blob(bytes))
                .setConfigurationHash(BlobServer.sha256(bytes));
    }

    private CommandResult apply(ApplySpec.Builder spec) {
        return carryOut(Command.newBuilder().setApply(Apply.newBuilder().setSpec(spec)));
    }

    private CommandResult carryOut(Command.Builder command) {
        return vm.director.carryOut(command.setId("command-" + ++commands));
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
