package io.slipway.cpi.vsphere;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One method of the CPI, to be called while something goes wrong.
 *
 * @param prepare makes what it needs, and says what is to be done and what must be true afterwards
 */
record Trial(String name, Function<Scene, Round> prepare) {

    /**
     * @param subject that a message of a failure must name
     * @param act safe to repeat
     * @param check of the inventory, once the act was done without a failure
     */
    record Round(String subject, Consumer<Cpi> act, Runnable check) {}

    @Override
    public String toString() {
        return name;
    }

    static List<Trial> all() {
        var trials = new ArrayList<Trial>();
        trials.addAll(ofVms());
        trials.addAll(ofDisks());
        trials.addAll(questions());
        return trials;
    }

    private static List<Trial> ofVms() {
        return List.of(
                new Trial("create_stemcell", scene -> {
                    scene.cpi().deleteStemcell(scene.stemcell());
                    String cid = scene.stemcell();
                    return new Round(
                            "stemcell",
                            cpi -> assertThat(cpi.createStemcell(scene.image(), Map.of()))
                                    .isEqualTo(cid),
                            () -> assertThat(templates(scene, cid)).containsExactly(1));
                }),
                new Trial("delete_stemcell", scene -> {
                    String cid = scene.cpi().createStemcell(scene.image(), Map.of());
                    return new Round(cid, cpi -> cpi.deleteStemcell(cid), () -> {
                        assertThat(templates(scene, cid)).isEmpty();
                        scene.cpi().createStemcell(scene.image(), Map.of());
                    });
                }),
                new Trial("create_vm", scene -> {
                    var request = scene.request(Map.of("vm_group", "all-of-them", "ha_restart_priority", "high"));
                    String cid = new Names(scene.director()).vm(request.agentId());
                    return new Round(
                            cid, cpi -> assertThat(cpi.createVm(request).cid()).isEqualTo(cid), () -> {
                                assertThat(scene.cpi().findVm(request.agentId()))
                                        .map(VmDescription::isRunning)
                                        .contains(true);
                                assertThat(machinesOf(scene, request.agentId())).isEqualTo(1);
                            });
                }),
                new Trial("delete_vm", scene -> {
                    String vm = scene.newVm();
                    String disk = scene.newDisk();
                    scene.cpi().attachDisk(vm, disk);
                    return new Round(vm, cpi -> cpi.deleteVm(vm), () -> {
                        assertThat(scene.cpi().hasVm(vm)).isFalse();
                        assertThat(filesOf(scene, disk)).isEqualTo(1);
                    });
                }),
                new Trial("reboot_vm", scene -> {
                    String vm = scene.newVm();
                    return new Round(vm, cpi -> cpi.rebootVm(vm), () -> assertThat(
                                    scene.vcenter().machine(vm).get("isRunning").asBoolean())
                            .isTrue());
                }),
                new Trial("set_vm_metadata", scene -> {
                    var request = scene.request(Map.of());
                    String vm = scene.cpi().createVm(request).cid();
                    var metadata = Map.of("deployment", "other", "index", "7");
                    return new Round(vm, cpi -> cpi.setVmMetadata(vm, metadata), () -> {
                        assertThat(scene.cpi().findVm(request.agentId()))
                                .map(VmDescription::metadata)
                                .contains(metadata);
                        assertThat(scene.vcenter()
                                        .machine(vm)
                                        .get("fields")
                                        .get("deployment")
                                        .asText())
                                .isEqualTo("other");
                    });
                }));
    }

    private static List<Trial> ofDisks() {
        return List.of(
                new Trial("create_disk", scene -> {
                    String key = UUID.randomUUID() + "/disk/0";
                    String cid = new Names(scene.director()).disk(key);
                    return new Round(
                            cid,
                            cpi -> cpi.createDisk(key, DataSize.ofMebibytes(64), Map.of(), Optional.empty()),
                            () -> assertThat(filesOf(scene, cid)).isEqualTo(1));
                }),
                new Trial("delete_disk", scene -> {
                    String disk = scene.newDisk();
                    return new Round(disk, cpi -> cpi.deleteDisk(disk), () -> assertThat(filesOf(scene, disk))
                            .isZero());
                }),
                new Trial("attach_disk", scene -> {
                    String vm = scene.newVm();
                    String disk = scene.newDisk();
                    return new Round(disk, cpi -> cpi.attachDisk(vm, disk), () -> {
                        assertThat(scene.cpi().getDisks(vm)).containsExactly(disk);
                        assertThat(attachments(scene, disk)).isEqualTo(1);
                    });
                }),
                new Trial("detach_disk", scene -> {
                    String vm = scene.newVm();
                    String disk = scene.newDisk();
                    scene.cpi().attachDisk(vm, disk);
                    return new Round(disk, cpi -> cpi.detachDisk(vm, disk), () -> {
                        assertThat(scene.cpi().getDisks(vm)).isEmpty();
                        assertThat(attachments(scene, disk)).isZero();
                        assertThat(filesOf(scene, disk)).isEqualTo(1);
                    });
                }),
                new Trial("detach_disk that was moved", scene -> {
                    String vm = scene.newVm();
                    String disk = scene.newDisk();
                    scene.cpi().attachDisk(vm, disk);
                    scene.vcenter().act("move-disk", vm, "LocalDS_1");
                    return new Round(disk, cpi -> cpi.detachDisk(vm, disk), () -> {
                        assertThat(scene.cpi().getDisks(vm)).isEmpty();
                        assertThat(filesOf(scene, disk)).isEqualTo(1);
                        assertThat(scene.cpi().hasDisk(disk)).isTrue();
                    });
                }),
                new Trial("resize_disk", scene -> {
                    String disk = scene.newDisk();
                    return new Round(disk, cpi -> cpi.resizeDisk(disk, DataSize.ofMebibytes(128)), () -> assertThat(
                                    filesOf(scene, disk))
                            .isEqualTo(1));
                }),
                new Trial("set_disk_metadata", scene -> {
                    String disk = scene.newDisk();
                    return new Round(
                            disk, cpi -> cpi.setDiskMetadata(disk, Map.of("deployment", "shop")), () -> assertThat(
                                            scene.vcenter().everything())
                                    .filteredOn(one -> one.endsWith(disk + ".json"))
                                    .hasSize(1));
                }),
                new Trial("snapshot_disk", scene -> {
                    String disk = scene.newDisk();
                    String snapshot = new Names(scene.director()).snapshot(disk, "nightly");
                    return new Round(
                            disk,
                            cpi -> cpi.snapshotDisk(disk, Map.of(Cpi.SNAPSHOT_KEY, "nightly")),
                            () -> assertThat(filesOf(scene, snapshot)).isEqualTo(1));
                }),
                new Trial("delete_snapshot", scene -> {
                    String snapshot = scene.cpi().snapshotDisk(scene.newDisk(), Map.of());
                    return new Round(
                            snapshot, cpi -> cpi.deleteSnapshot(snapshot), () -> assertThat(filesOf(scene, snapshot))
                                    .isZero());
                }));
    }

    /** What is there must never be said to be gone. */
    private static List<Trial> questions() {
        return List.of(
                new Trial("has_vm", scene -> {
                    String vm = scene.newVm();
                    return new Round(vm, cpi -> assertThat(cpi.hasVm(vm)).isTrue(), () -> {});
                }),
                new Trial("find_vm and list_vms", scene -> {
                    var request = scene.request(Map.of());
                    String vm = scene.cpi().createVm(request).cid();
                    return new Round(
                            "VM",
                            cpi -> {
                                assertThat(cpi.findVm(request.agentId()))
                                        .map(VmDescription::cid)
                                        .contains(vm);
                                assertThat(cpi.listVms())
                                        .extracting(VmDescription::cid)
                                        .contains(vm);
                            },
                            () -> {});
                }),
                new Trial("has_disk and get_disks", scene -> {
                    String vm = scene.newVm();
                    String disk = scene.newDisk();
                    String loose = scene.newDisk();
                    scene.cpi().attachDisk(vm, disk);
                    return new Round(
                            "",
                            cpi -> {
                                assertThat(cpi.hasDisk(loose)).isTrue();
                                assertThat(cpi.getDisks(vm)).containsExactly(disk);
                            },
                            () -> {});
                }));
    }

    private static List<Integer> templates(Scene scene, String cid) {
        var found = new ArrayList<Integer>();
        scene.vcenter().inventory().get("machines").forEach(one -> {
            if (one.get("name").asText().equals(cid)) {
                found.add(one.get("snapshots").asInt());
            }
        });
        return found;
    }

    private static long machinesOf(Scene scene, String agentId) {
        return scene.vcenter().machines().stream()
                .filter(one ->
                        one.get("extraConfig").get(Names.VM_RECORD).asText().contains(agentId))
                .count();
    }

    private static long filesOf(Scene scene, String cid) {
        return scene.vcenter().everything().stream()
                .filter(one -> one.startsWith("file ") && one.endsWith("/" + cid + ".vmdk"))
                .count();
    }

    private static long attachments(Scene scene, String cid) {
        return scene.vcenter().machines().stream()
                .flatMap(one -> {
                    var paths = new ArrayList<String>();
                    one.get("disks").forEach(path -> paths.add(path.asText()));
                    return paths.stream();
                })
                .filter(path -> path.endsWith("/" + cid + ".vmdk"))
                .count();
    }
}
