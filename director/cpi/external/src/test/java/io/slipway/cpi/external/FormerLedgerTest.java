package io.slipway.cpi.external;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.CpiLedger;
import io.slipway.cpi.CpiLedger.Entry;
import io.slipway.cpi.CpiLedger.Kind;
import io.slipway.cpi.DataSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What directors of earlier versions have remembered in files. */
class FormerLedgerTest {
    @TempDir
    Path directory;

    private Path former;
    private CpiLedger ledger;

    @BeforeEach
    void writeAsBefore() throws Exception {
        former = directory.resolve("cpi");
        ledger = Ledgers.of(directory);
        write("vms/1.json", """
                {"agentId": "agent-1", "cid": "vm-1", "phase": "MADE", "call": "", "begun": {"pid": 7, "startedAtMillis": 8},
                 "networks": [{"name": "default", "type": "manual", "ip": "10.0.0.9", "prefixLength": 24,
                  "gateway": "10.0.0.1", "dns": [], "defaultFor": ["dns"], "cloudProperties": {}}],
                 "metadata": {"deployment": "d"}, "stemcellApiVersion": 3}""");
        write("vms/2.json", """
                {"agentId": "agent-2", "cid": "", "phase": "INTENDED", "call": "cpi-1-x",
                 "begun": {"pid": 1, "startedAtMillis": 8}, "networks": [], "metadata": {}}""");
        write("disks/1.json", """
                {"key": "key-1", "cid": "disk-1", "phase": "MADE", "call": "", "begun": {"pid": 0, "startedAtMillis": 0},
                 "vmCid": "vm-1", "device": "/dev/sdx"}""");
        write("stemcells/1.json", "{\"cid\": \"stemcell-1\"}");
        write("calls/cpi-1-x.answer", "{\"result\": \"vm-2\"}");
        write("calls/cpi-1-x.log", "");
    }

    @Test
    void is_taken_over_with_the_answers_that_came_meanwhile() throws Exception {
        new ExternalCpiFactory().moveInto(ledger, former);

        var cpi = new ScriptedCpi(directory, """
                case $method in
                create_vm|create_disk) echo '{"result": "another"}' ;;
                *) echo '{"result": true}' ;;
                esac""").open();
        assertThat(cpi.findVm("agent-1")).hasValueSatisfying(vm -> {
            assertThat(vm.cid()).isEqualTo("vm-1");
            assertThat(vm.networks()).singleElement().satisfies(network -> assertThat(network.ip())
                    .isEqualTo("10.0.0.9"));
            assertThat(vm.metadata()).containsEntry("deployment", "d");
        });
        assertThat(cpi.createVm(ScriptedCpi.request("agent-2")).cid()).isEqualTo("vm-2");
        assertThat(cpi.createDisk("key-1", DataSize.ofMebibytes(1), Map.of(), Optional.empty()))
                .isEqualTo("disk-1");
        assertThat(ledger.list(Kind.STEMCELL)).extracting(Entry::cid).containsExactly("stemcell-1");
    }

    @Test
    void is_taken_over_once_so_that_nothing_comes_back() throws Exception {
        new ExternalCpiFactory().moveInto(ledger, former);
        new ScriptedCpi(directory, "echo '{\"result\": null}'").open().deleteVm("vm-1");

        new ExternalCpiFactory().moveInto(ledger, former);

        assertThat(ledger.find(Kind.VM, "agent-1")).isEmpty();
        assertThat(former.resolve("vms")).isEmptyDirectory();
        assertThat(former.resolve("taken-over/vms/1.json")).exists();
    }

    @Test
    void that_is_not_there_is_no_harm() {
        new ExternalCpiFactory().moveInto(ledger, directory.resolve("none"));

        assertThat(ledger.list(Kind.VM)).isEmpty();
    }

    private void write(String file, String content) throws Exception {
        Files.createDirectories(former.resolve(file).getParent());
        Files.writeString(former.resolve(file), content);
    }
}
