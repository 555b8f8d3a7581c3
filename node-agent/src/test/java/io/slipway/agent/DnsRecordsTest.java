package io.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.SyncDns;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DnsRecordsTest {
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
    void records_and_health_only_move_to_newer_versions_and_the_director_hears_which_there_are() throws Exception {
        assertThat(sync(5, 5, 2, 2).hasSuccess()).isTrue();
        assertThat(sync(4, 4, 1, 1).hasSuccess()).isTrue();

        assertThat(vm.layout.dnsRecords()).hasContent(records(5));
        assertThat(vm.layout.dnsHealth()).hasContent(health(2));
        vm.restartAgent();
        assertThat(vm.director.hello(2).getDnsVersion()).isEqualTo(5);
        assertThat(vm.director.hello(2).getDnsHealthVersion()).isEqualTo(2);
    }

    @Test
    void records_of_another_version_than_announced_are_refused_and_change_nothing() {
        sync(5, 5, 0, 0);

        var result = sync(6, 7, 0, 0);

        assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.INVALID);
        assertThat(vm.layout.dnsRecords()).hasContent(records(5));
    }

    private io.slipway.protocol.agent.v1.CommandResult sync(int version, int content, int health, int healthContent) {
        var order = SyncDns.newBuilder().setVersion(version).setRecords(vm.blobs.blob(bytes(records(content))));
        if (health > 0) {
            order.setHealthVersion(health).setHealth(vm.blobs.blob(bytes(health(healthContent))));
        }
        return vm.director.carryOut(Command.newBuilder()
                .setId("dns-" + ++commands)
                .setTimeoutSeconds(20)
                .setSyncDns(order));
    }

    private static String records(int version) {
        return "{\"version\": " + version + ", \"record_keys\": [], \"record_infos\": [], \"records\": []}";
    }

    private static String health(int version) {
        return "{\"version\": " + version + ", \"unhealthy\": [\"a\"]}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
