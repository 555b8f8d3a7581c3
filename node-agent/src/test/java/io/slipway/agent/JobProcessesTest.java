package io.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.agent.core.kit.Await;
import io.slipway.protocol.agent.v1.Apply;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.GetState;
import io.slipway.protocol.agent.v1.JobSpec;
import io.slipway.protocol.agent.v1.StartJobs;
import io.slipway.protocol.agent.v1.StopJobs;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real monit. */
class JobProcessesTest {
    private static final List<String> JOBS = List.of("one", "two", "three", "four", "five");

    private TestVm vm;
    private Process monit;
    private int commands;

    @BeforeEach
    void startVm(@TempDir Path root) throws Exception {
        assumeTrue(new File("/usr/bin/monit").canExecute(), "monit is not installed: apt-get install monit");
        vm = new TestVm(root).start();
        vm.director.hello(1);
        Files.writeString(vm.layout.monitPassword(), "abc123");
        var control = root.resolve("monitrc");
        Files.writeString(control, """
                set daemon 1
                set log %1$s/monit.log
                set pidfile %1$s/run/slipway/monit.pid
                set idfile %1$s/monit.id
                set statefile %1$s/monit.state
                set httpd unixsocket %1$s/run/slipway/monit.sock
                  allow slipway:abc123
                include %1$s/var/vcap/monit/job/*.monitrc
                """.formatted(root));
        Files.setPosixFilePermissions(control, PosixFilePermissions.fromString("rw-------"));
        monit = new ProcessBuilder("monit", "-I", "-c", control.toString())
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("monit.out").toFile())
                .start();
        Await.until("monit listens", () -> Files.exists(vm.layout.monitSocket()));
    }

    @AfterEach
    void endVm() throws Exception {
        if (vm != null) {
            carryOut(Command.newBuilder().setStopJobs(StopJobs.getDefaultInstance()));
            monit.destroy();
            monit.waitFor();
            vm.close();
        }
    }

    @Test
    void starts_all_jobs_watches_them_and_stops_them() throws Exception {
        applyJobs();
        assertThat(state()).isEqualTo("stopped");

        var started = carryOut(Command.newBuilder().setStartJobs(StartJobs.getDefaultInstance()));

        assertThat(started.hasSuccess()).as(started.toString()).isTrue();
        Await.until("all jobs run", () -> state().equals("running"));
        for (var job : JOBS) {
            assertThat(Path.of("/proc", Files.readString(pidFile(job)).strip())).exists();
        }
        assertThat(Files.readAllLines(vm.layout.root().resolve("order")).indexOf("one"))
                .isLessThan(
                        Files.readAllLines(vm.layout.root().resolve("order")).indexOf("two"));

        var stopped = carryOut(Command.newBuilder().setStopJobs(StopJobs.getDefaultInstance()));

        assertThat(stopped.hasSuccess()).as(stopped.toString()).isTrue();
        assertThat(state()).isEqualTo("stopped");
        assertThat(vm.layout.monitJobs()).isEmptyDirectory();
        for (var job : JOBS) {
            assertThat(pidFile(job)).doesNotExist();
        }
    }

    @Test
    void tells_the_director_at_once_of_a_process_that_died_and_was_restarted() throws Exception {
        applyJobs();
        carryOut(Command.newBuilder().setStartJobs(StartJobs.getDefaultInstance()));
        Await.until("all jobs run", () -> state().equals("running"));
        vm.director.nth(m -> m.getHeartbeat().getJobState().equals("running"), 1);

        new ProcessBuilder("kill", "-9", Files.readString(pidFile("three")).strip())
                .start()
                .waitFor();

        assertThat(vm.director.nth(FromAgent::hasAlert, 1).getAlert().getTitle())
                .contains("three");
        Await.until("all jobs run again", () -> state().equals("running"));
    }

    @Test
    void leaves_jobs_running_over_a_restart_of_the_agent_and_starts_them_at_a_boot() throws Exception {
        applyJobs();
        carryOut(Command.newBuilder().setStartJobs(StartJobs.getDefaultInstance()));
        Await.until("all jobs run", () -> state().equals("running"));
        var pid = Files.readString(pidFile("four"));

        vm.restartAgent();
        vm.director.hello(2);

        assertThat(state()).isEqualTo("running");
        assertThat(pidFile("four")).hasContent(pid.strip());

        for (var job : JOBS) {
            new ProcessBuilder("kill", "-9", Files.readString(pidFile(job)).strip())
                    .start()
                    .waitFor();
            Files.deleteIfExists(pidFile(job));
        }
        Files.delete(vm.layout.bootIdFile());
        vm.restartAgent();
        var boot = vm.director.hello(3).getBootId();

        assertThat(boot).isNotEqualTo(vm.director.hello(1).getBootId());
        Await.until("the jobs came back by themselves", () -> state().equals("running"));
        assertThat(vm.layout.systemLogs().resolve("one/pre-start.stdout.log")).hasContent("before one");
    }

    private void applyJobs() {
        var templates = new Tgz();
        var spec = ApplySpec.newBuilder();
        for (var job : JOBS) {
            spec.addJobs(JobSpec.newBuilder().setName(job));
            templates.file(job + "/bin/pre-start", "#!/bin/bash\necho before " + job + "\n");
            templates.file(job + "/bin/ctl", """
                    #!/bin/bash
                    case $1 in
                      start) echo %2$s >> %3$s; setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $! > %1$s ;;
                      stop) kill $(cat %1$s); rm -f %1$s ;;
                    esac
                    """.formatted(
                            pidFile(job), job, vm.layout.root().resolve("order")));
            templates.file(
                    job + "/monit",
                    """
                    check process %1$s
                      with pidfile %2$s
                      start program "%3$s/bin/ctl start" with timeout 20 seconds
                      stop program = "%3$s/bin/ctl stop"
                      group vcap
                    """.formatted(job, pidFile(job), vm.layout.job(job))
                            + (job.equals("two") ? "  depends on one\n" : ""));
        }
        var applied = carryOut(Command.newBuilder()
                .setApply(Apply.newBuilder().setSpec(spec.setRenderedTemplates(vm.blobs.blob(templates.bytes())))));
        assertThat(applied.hasSuccess()).as(applied.toString()).isTrue();
    }

    private String state() {
        return carryOut(Command.newBuilder().setGetState(GetState.getDefaultInstance()))
                .getSuccess()
                .getState()
                .getJobState();
    }

    private Path pidFile(String job) {
        return vm.layout.systemRun().resolve(job + ".pid");
    }

    private CommandResult carryOut(Command.Builder command) {
        return vm.director.carryOut(command.setId("command-" + ++commands));
    }
}
