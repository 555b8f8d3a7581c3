package io.slipway.cpi.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CpiFailure.InvalidRequest;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmNetwork;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators write in cloud properties, as it comes out in a foundation: by its inventory, or by what was asked of it. */
class FoundationTest {
    private SimulatedVcenter vcenter;
    private Path directory;
    private Scene scene;

    @BeforeEach
    void startVcenter(@TempDir Path temporary) {
        vcenter = SimulatedVcenter.start();
        directory = temporary;
        scene = new Scene(vcenter, directory, Map.of());
    }

    @AfterEach
    void stopVcenter() {
        if (vcenter != null) {
            vcenter.close();
        }
    }

    private Scene with(Map<String, Object> settings) {
        scene = new Scene(vcenter, directory, settings);
        return scene;
    }

    @Test
    void clones_linked_to_the_stemcells_snapshot_with_all_that_the_vm_type_says() {
        scene.newVm(Map.of(
                "cpu", 4,
                "ram", 2048,
                "cpu_hot_add_enabled", true,
                "memory_hot_add_enabled", true,
                "nested_hardware_virtualization", true,
                "memory_reservation_locked_to_max", true,
                "cpu_reserve_full_mhz", true,
                "vmx_options", Map.of("sched.mem.maxmemctl", 1330)));

        assertThat(vcenter.recorded("CloneVM_Task").getLast())
                .contains("<diskMoveType>createNewChildDiskBacking</diskMoveType>")
                .containsPattern("<snapshot type=\"VirtualMachineSnapshot\">snapshot-\\d+</snapshot>")
                .contains("<numCPUs>4</numCPUs>", "<memoryMB>2048</memoryMB>")
                .contains("<cpuHotAddEnabled>true</cpuHotAddEnabled>")
                .contains("<memoryHotAddEnabled>true</memoryHotAddEnabled>")
                .contains("<nestedHVEnabled>true</nestedHVEnabled>")
                .contains("<memoryReservationLockedToMax>true</memoryReservationLockedToMax>")
                .containsPattern("<cpuAllocation[^>]*><reservation[^>]*>[1-9]\\d*</reservation>")
                .contains("<key>sched.mem.maxmemctl</key><value xsi:type=\"xsd:string\">1330</value>")
                .contains("<key>disk.EnableUUID</key>");
    }

    @Test
    void clones_fully_where_that_is_asked_for_or_the_root_disk_is_to_be_larger() {
        scene.newVm(Map.of("linked_clone", false));
        assertThat(vcenter.recorded("CloneVM_Task").getLast()).doesNotContain("diskMoveType", "<snapshot");

        scene.newVm(Map.of("root_disk_size_gb", 20));
        assertThat(vcenter.recorded("CloneVM_Task").getLast())
                .doesNotContain("diskMoveType", "<snapshot")
                .containsPattern("<capacityInKB[^>]*>" + 20L * 1024 * 1024 + "</capacityInKB>");
    }

    @Test
    void gives_another_scsi_controller_the_place_of_the_stemcells() {
        with(Map.of("default_scsi_controller_type", "lsi_logic_sas")).newVm();

        assertThat(vcenter.recorded("CloneVM_Task").getLast())
                .containsPattern("<operation>edit</operation><device xsi:type=\"VirtualLsiLogicSASController\">");
    }

    @Test
    void copies_a_stemcell_to_a_datastore_once_for_all_who_need_it_there() throws Exception {
        scene.stemcell();
        vcenter.forgetCalls();

        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var vms = new ArrayList<java.util.concurrent.Future<String>>();
            for (int i = 0; i < 6; i++) {
                var request = scene.request(Map.of("datastores", List.of("LocalDS_1")));
                vms.add(threads.submit(() -> scene.cpi().createVm(request).cid()));
            }
            for (var vm : vms) {
                assertThat(vcenter.machine(vm.get()).get("disks").toString()).contains("[LocalDS_1]");
            }
        }

        long copies = vcenter.recorded("CloneVM_Task").stream()
                .filter(body -> body.contains("<name>" + scene.stemcell() + "."))
                .count();
        assertThat(copies).isLessThanOrEqualTo(1);
        assertThat(vcenter.calls()).containsEntry("CloneVM_Task", 6 + (int) copies);
    }

    @Test
    void puts_nics_on_networks_of_all_kinds_and_names_those_that_are_missing() {
        var networks = new ArrayList<VmNetwork>();
        for (String name : List.of("VM Network", "DC0_DVPG1", "DC0_NSX0")) {
            networks.add(network(name, "10.2.0." + (10 + networks.size())));
        }

        String vm = scene.cpi()
                .createVm(scene.request(Map.of(), Map.of(), networks))
                .cid();

        assertThat(vcenter.machine(vm).get("networks")).hasSize(3);
        assertThat(vcenter.machine(vm).get("networks").get(0).asText()).isEqualTo("VM Network");
        var failure = failureOf(() -> scene.cpi()
                .createVm(scene.request(Map.of(), Map.of(), List.of(network("no-such-network", "10.2.0.99")))));
        assertThat(failure).isInstanceOf(InvalidRequest.class);
        assertThat(failure.message()).contains("'name'", "no-such-network", "DC0_DVPG0", "VM Network");
    }

    @Test
    void tells_the_cluster_of_groups_rules_and_priorities_and_takes_back_what_is_its_own() {
        vcenter.act("host-group", "DC0_C0", "az1-hosts");
        with(Map.of("enable_auto_anti_affinity_drs_rules", true));
        var properties = Map.<String, Object>of(
                "datacenters",
                List.of(Map.of(
                        "clusters",
                        List.of(Map.of(
                                "DC0_C0", Map.of("host_group", Map.of("name", "az1-hosts", "drs_rule", "must")))))),
                "vm_group",
                "operators-group",
                "disable_drs",
                true,
                "ha_restart_priority",
                "high");

        String first = scene.newVm(properties);
        String second = scene.newVm(properties);

        var cluster = vcenter.inventory().get("clusters").get("DC0_C0");
        assertThat(names(cluster.get("rules").get("slipway-shop-web"))).containsExactlyInAnyOrder(first, second);
        assertThat(names(cluster.get("groups").get("slipway-az1-hosts-must"))).containsExactlyInAnyOrder(first, second);
        assertThat(names(cluster.get("rules").get("slipway-az1-hosts-must")))
                .containsExactly("slipway-az1-hosts-must", "az1-hosts");
        assertThat(names(cluster.get("groups").get("operators-group"))).containsExactlyInAnyOrder(first, second);
        assertThat(cluster.get("priorities").get(first).asText()).isEqualTo("high");
        assertThat(cluster.get("drs").get(second).asBoolean()).isFalse();
        assertThat(vcenter.machine(first).get("host").asText()).isEqualTo("DC0_C0_H0");

        scene.cpi().deleteVm(first);
        scene.cpi().deleteVm(second);

        cluster = vcenter.inventory().get("clusters").get("DC0_C0");
        assertThat(cluster.get("rules").isEmpty()).isTrue();
        assertThat(cluster.get("groups").properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("az1-hosts", "operators-group");
    }

    @Test
    void uses_the_resource_pool_that_is_named() {
        String vm = scene.newVm(Map.of(
                "datacenters",
                List.of(Map.of("clusters", List.of(Map.of("DC0_C1", Map.of("resource_pool", "DC0_C1_RP1")))))));

        assertThat(vcenter.machine(vm).get("pool").asText()).isEqualTo("DC0_C1_RP1");
    }

    @Test
    void attaches_tags_and_names_those_that_do_not_exist() {
        vcenter.act("tag", "team", "payments");

        String vm = scene.newVm(Map.of("tags", List.of(Map.of("category", "team", "tag", "payments"))));

        assertThat(names(vcenter.machine(vm).get("tags"))).containsExactly("payments");
        var failure =
                failureOf(() -> scene.newVm(Map.of("tags", List.of(Map.of("category", "team", "tag", "no-such-tag")))));
        assertThat(failure.message()).contains("no-such-tag", "team", "exists");
        assertThat(vcenter.machines()).hasSize(1);
    }

    @Test
    void applies_a_storage_policy_by_its_name_and_names_those_that_there_are() {
        scene.newVm(Map.of("storage_policy", Map.of("name", "vSAN Default Storage Policy")));

        assertThat(vcenter.recorded("CloneVM_Task").getLast())
                .containsPattern("<vmProfile xsi:type=\"VirtualMachineDefinedProfileSpec\"><profileId>[0-9a-f-]{36}");
        var failure = failureOf(() -> scene.newVm(Map.of("storage_policy", Map.of("name", "gold"))));
        assertThat(failure.message()).contains("'gold'", "vSAN Default Storage Policy");
    }

    @Test
    void finds_a_vm_that_has_a_readable_name_and_one_that_was_renamed() {
        var request = scene.request(Map.of("enable_human_readable_name", true));
        String vm = scene.cpi().createVm(request).cid();
        String shown = vcenter.machine(vm).get("name").asText();
        assertThat(shown).startsWith("web_shop_");

        vcenter.act("rename", shown, "somebody-renamed-it");

        assertThat(scene.cpi().hasVm(vm)).isTrue();
        assertThat(scene.cpi().findVm(request.agentId()))
                .map(VmDescription::cid)
                .contains(vm);
        assertThat(scene.cpi().createVm(request).cid()).isEqualTo(vm);
        assertThat(vcenter.machines()).hasSize(1);
    }

    @Test
    void keeps_the_data_of_a_disk_that_storage_drs_moved_while_its_vm_is_deleted() throws Exception {
        String vm = scene.newVm();
        String disk = scene.newDisk();
        scene.cpi().attachDisk(vm, disk);
        String path = vcenter.machine(vm).get("disks").get(2).asText();
        Files.write(vcenter.bytesOf(path), "kept".getBytes(StandardCharsets.UTF_8));
        vcenter.act("move-disk", vm, "LocalDS_2");
        assertThat(vcenter.everything()).noneMatch(one -> one.endsWith("/" + disk + ".vmdk"));
        scene.reopen();
        assertThat(scene.cpi().hasDisk(disk)).isTrue();
        assertThat(scene.cpi().getDisks(vm)).containsExactly(disk);

        scene.cpi().deleteVm(vm);

        assertThat(vcenter.everything()).contains("file [LocalDS_2] slipway-disks/" + disk + ".vmdk");
        String next = scene.newVm();
        scene.cpi().attachDisk(next, disk);
        assertThat(Files.readString(vcenter.bytesOf(
                        vcenter.machine(next).get("disks").get(2).asText())))
                .startsWith("kept");
    }

    @Test
    void grows_a_disk_while_it_is_attached() {
        String vm = scene.newVm();
        String disk = scene.newDisk();
        scene.cpi().attachDisk(vm, disk);

        scene.cpi().resizeDisk(disk, DataSize.ofMebibytes(256));
        scene.cpi().resizeDisk(disk, DataSize.ofMebibytes(256));

        assertThat(vcenter.machine(vm).get("capacityKb").get(2).asLong()).isEqualTo(256 * 1024);
        assertThat(failureOf(() -> scene.cpi().resizeDisk(disk, DataSize.ofMebibytes(128)))
                        .message())
                .contains(disk, "expected");
    }

    @Test
    void keeps_disks_apart_from_vms_by_pattern_and_takes_the_datastores_of_a_disk_type() {
        String disk = scene.cpi()
                .createDisk(
                        UUID.randomUUID() + "/disk/0",
                        DataSize.ofMebibytes(64),
                        Map.of("type", "eagerZeroedThick", "datastores", List.of("LocalDS_1")),
                        Optional.empty());

        assertThat(vcenter.everything()).contains("file [LocalDS_1] slipway-disks/" + disk + ".vmdk");
        assertThat(vcenter.recorded("CreateVirtualDisk_Task").getLast())
                .contains("<diskType>eagerZeroedThick</diskType>");
        assertThat(vcenter.machine(scene.newVm()).get("disks").toString()).doesNotContain("[LocalDS_2]");
    }

    @Test
    void goes_to_a_datastore_cluster_by_name_if_storage_drs_is_on_there() {
        String vm =
                scene.newVm(Map.of("datastores", List.of(Map.of("clusters", List.of(Map.of("DC0_POD0", Map.of()))))));

        assertThat(vcenter.machine(vm).get("disks").toString()).contains("[LocalDS_2]");
    }

    @Test
    void goes_elsewhere_when_a_datastore_is_full_and_says_so_when_all_are() {
        scene.stemcell();
        vcenter.act("fill-datastore", "LocalDS_0", "");
        scene.reopen();
        assertThat(vcenter.machine(scene.newVm()).get("disks").toString()).contains("[LocalDS_1]");

        scene.reopen();
        vcenter.act("fill-datastore", "LocalDS_1", "");
        var failure = failureOf(() -> scene.newVm());

        assertThat(failure.message()).contains("LocalDS_0", "LocalDS_1", "free space");
        assertThat(vcenter.machines()).hasSize(1);
    }

    @Test
    void goes_elsewhere_when_the_clone_finds_the_datastore_full() {
        scene.stemcell();
        scene.newVm();
        vcenter.taskFault("CloneVM_Task", "NoDiskSpace", 0, 1);

        String vm = scene.newVm();

        assertThat(vcenter.machine(vm).get("isRunning").asBoolean()).isTrue();
    }

    @Test
    void uses_no_host_that_is_down_and_says_why_a_place_was_chosen() {
        for (int host = 0; host < 3; host++) {
            vcenter.act("disconnect-host", "DC0_C0_H" + host, "");
        }
        var told = new CopyOnWriteArrayList<String>();
        var request = scene.request(Map.of());

        String vm =
                scene.cpi().askedBy((CallContext) told::add).createVm(request).cid();

        assertThat(vcenter.machine(vm).get("host").asText()).startsWith("DC0_C1_");
        assertThat(told).anyMatch(line -> line.contains(vm) && line.contains("cluster 'DC0_C1' has"));
        assertThat(String.join("\n", told)).doesNotContain("no key", vcenter.password());
    }

    @Test
    void makes_a_vm_anew_that_was_deleted_behind_its_back_and_takes_one_for_off_that_was_switched_off() {
        var request = scene.request(Map.of());
        String vm = scene.cpi().createVm(request).cid();
        vcenter.act("power-off", vm, "");
        assertThat(scene.cpi().findVm(request.agentId()))
                .map(VmDescription::isRunning)
                .contains(false);

        vcenter.act("destroy", vm, "");

        assertThat(scene.cpi().hasVm(vm)).isFalse();
        assertThat(scene.cpi().createVm(request).cid()).isEqualTo(vm);
        assertThat(scene.cpi().hasVm(vm)).isTrue();
    }

    @Test
    void refuses_an_address_that_another_vm_on_the_network_has() {
        var network = network("DC0_DVPG0", "10.9.9.9");
        String holder = scene.cpi()
                .createVm(scene.request(Map.of(), Map.of(), List.of(network)))
                .cid();
        vcenter.act("guest-address", holder, "10.9.9.9");

        var failure = failureOf(() -> scene.cpi().createVm(scene.request(Map.of(), Map.of(), List.of(network))));

        assertThat(failure.message()).contains("10.9.9.9", "DC0_DVPG0", holder, "ensure_no_ip_conflicts");
        assertThat(failure.retryable()).isFalse();
    }

    private static VmNetwork network(String name, String ip) {
        return new VmNetwork(
                "default", "manual", ip, 24, "10.2.0.1", List.of(), List.of("gateway"), Map.of("name", name));
    }

    private static CpiFailure failureOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(CpiException.class, call).failure();
    }

    private static List<String> names(JsonNode list) {
        var names = new ArrayList<String>();
        list.forEach(one -> names.add(one.asText()));
        return names;
    }
}
