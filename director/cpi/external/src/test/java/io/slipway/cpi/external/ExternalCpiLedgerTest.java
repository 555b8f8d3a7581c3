package io.slipway.cpi.external;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of VMs and disks, so that nothing is made twice and nothing is lost. */
class ExternalCpiLedgerTest {
    @TempDir
    Path directory;

    @Test
    void makes_one_vm_for_an_agent_id() throws Exception {
        var cpi = new ScriptedCpi(directory, """
                case $method in
                create_vm) echo x >> "$here/made"; echo '{"result": "vm-1"}' ;;
                has_vm) echo '{"result": true}' ;;
                *) echo '{"result": null}' ;;
                esac""");

        cpi.open().createVm(ScriptedCpi.request("agent-1"));
        cpi.open().createVm(ScriptedCpi.request("agent-1"));

        assertThat(Files.readAllLines(directory.resolve("made"))).hasSize(1);
        assertThat(cpi.open().findVm("agent-1")).hasValueSatisfying(vm -> {
            assertThat(vm.cid()).isEqualTo("vm-1");
            assertThat(vm.metadata()).containsEntry("deployment", "dep");
        });
        assertThat(cpi.open().findVm("agent-2")).isEmpty();
    }

    @Test
    void finds_the_answer_that_came_after_the_director_had_died() throws Exception {
        var cpi = new ScriptedCpi(directory, """
                case $method in
                create_vm) while [ ! -e "$here/go" ]; do sleep 0.05; done; echo '{"result": "vm-1"}' ;;
                *) echo '{"result": true}' ;;
                esac""");
        var ledger = new Ledger(Ledgers.of(directory));
        var killed = cpi.open();
        var director = Thread.ofPlatform().start(() -> {
            try {
                killed.createVm(ScriptedCpi.request("agent-1"));
            } catch (CpiException cutOff) {
                // As intended.
            }
        });
        while (ledger.vm("agent-1").filter(vm -> vm.begun().pid() > 0).isEmpty()) {
            Thread.onSpinWait();
        }
        director.interrupt();
        director.join();
        Files.createFile(directory.resolve("go"));

        assertThat(cpi.open().createVm(ScriptedCpi.request("agent-1")).cid()).isEqualTo("vm-1");
        assertThat(cpi.open().findVm("agent-1")).isPresent();
        assertThat(calls()).isEmpty();
        assertThat(cpi.requests())
                .filteredOn(one -> one.path("method").asText().equals("create_vm"))
                .hasSize(1);
    }

    @Test
    void makes_no_second_vm_for_an_agent_id_whose_first_may_be_there() throws Exception {
        var cpi = new ScriptedCpi(directory, "echo 'half an ans'");

        assertThat(ScriptedCpi.failureOf(() -> cpi.open().createVm(ScriptedCpi.request("agent-1"))))
                .isInstanceOf(CpiFailure.OutcomeUnknown.class);
        assertThat(ScriptedCpi.failureOf(() -> cpi.open().createVm(ScriptedCpi.request("agent-1"))))
                .isInstanceOf(CpiFailure.OutcomeUnknown.class);
        assertThat(cpi.open().findVm("agent-1")).isEmpty();
        assertThat(cpi.requests())
                .filteredOn(one -> one.path("method").asText().equals("create_vm"))
                .hasSize(1);
    }

    @Test
    void makes_a_vm_that_its_cpi_said_it_had_not_made() throws Exception {
        ScriptedCpi.failureOf(() -> ScriptedCpi.failing(directory, "VMCreationFailed", true)
                .open()
                .createVm(ScriptedCpi.request("agent-1")));

        var cpi = new ScriptedCpi(directory, "echo '{\"result\": \"vm-2\"}'");

        assertThat(cpi.open().createVm(ScriptedCpi.request("agent-1")).cid()).isEqualTo("vm-2");
    }

    @Test
    void believes_its_ledger_where_the_cpi_cannot_be_asked() throws Exception {
        var cpi = new ScriptedCpi(directory, """
                case $method in
                create_disk) echo '{"result": "disk-1"}' ;;
                attach_disk) echo '{"result": {"path": "/dev/sdx"}}' ;;
                detach_disk|delete_disk) echo '{"result": null}' ;;
                *) echo '{"result": null, "error": {"type": "InvalidCall", "message": "Method is not known, got x",\
                 "ok_to_retry": false}}' ;;
                esac""");
        var open = cpi.open();
        String disk = open.createDisk("key-1", DataSize.ofMebibytes(64), Map.of(), Optional.empty());

        assertThat(open.attachDisk("vm-1", disk)).isEqualTo("/dev/sdx");
        assertThat(open.hasDisk(disk)).isTrue();
        assertThat(open.findDisk("key-1")).contains(disk);
        assertThat(open.getDisks("vm-1")).containsExactly(disk);
        open.detachDisk("vm-1", disk);
        assertThat(open.getDisks("vm-1")).isEmpty();
        open.deleteDisk(disk);
        assertThat(open.hasDisk(disk)).isFalse();
    }

    private List<Path> calls() throws Exception {
        Path calls = directory.resolve("cpi/calls");
        if (!Files.isDirectory(calls)) {
            return List.of();
        }
        try (var files = Files.list(calls)) {
            return files.toList();
        }
    }
}
