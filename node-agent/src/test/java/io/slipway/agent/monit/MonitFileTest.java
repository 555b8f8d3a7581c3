package io.slipway.agent.monit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MonitFileTest {
    @Test
    void reads_processes_as_releases_write_them() {
        var processes = MonitFile.parse("""
                # the first
                check process etcd with pidfile /var/vcap/sys/run/etcd/etcd.pid
                  start program "/var/vcap/jobs/etcd/bin/ctl start" with timeout 60 seconds
                  stop program = "/var/vcap/jobs/etcd/bin/ctl stop" as uid vcap and gid vcap
                  if totalmem > 90% for 5 cycles then restart
                  group vcap
                check process api
                  matching "kube-apiserver"
                  start program "/bin/api"
                  depends on etcd, other
                check file log with path /var/log/x
                """);

        assertThat(processes).hasSize(2);
        var etcd = processes.get(0);
        assertThat(etcd.pidFile()).contains(Path.of("/var/vcap/sys/run/etcd/etcd.pid"));
        assertThat(etcd.start())
                .contains(new JobProcess.Action(
                        List.of("/var/vcap/jobs/etcd/bin/ctl", "start"), "", "", Duration.ofSeconds(60)));
        assertThat(etcd.stop())
                .contains(new JobProcess.Action(
                        List.of("/var/vcap/jobs/etcd/bin/ctl", "stop"), "vcap", "vcap", Duration.ofSeconds(30)));
        var api = processes.get(1);
        assertThat(api.pidFile()).isEmpty();
        assertThat(api.dependsOn()).containsExactly("etcd", "other");
    }
}
