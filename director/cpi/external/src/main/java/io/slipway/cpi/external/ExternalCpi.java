package io.slipway.cpi.external;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CpiLedger;
import io.slipway.cpi.CpiLedger.Kind;
import io.slipway.cpi.CreatedVm;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.Info;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.VmResources;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A BOSH CPI executable, of version 1 or 2 of the contract. What BOSH's contract cannot be asked, a {@link Ledger} knows:
 * which VM belongs to an agent id and which disk to a key.
 */
final class ExternalCpi implements Cpi {
    private final Protocol protocol;
    private final Ledger ledger;
    private final String directorUuid;
    private final AtomicReference<@Nullable Info> known;
    private final CallContext asker;

    ExternalCpi(Protocol protocol, Ledger ledger, String directorUuid) {
        this(protocol, ledger, directorUuid, new AtomicReference<>(), CallContext.SILENT);
    }

    private ExternalCpi(
            Protocol protocol,
            Ledger ledger,
            String directorUuid,
            AtomicReference<@Nullable Info> known,
            CallContext asker) {
        this.protocol = protocol;
        this.ledger = ledger;
        this.directorUuid = directorUuid;
        this.known = known;
        this.asker = asker;
    }

    @Override
    public Cpi askedBy(CallContext other) {
        return new ExternalCpi(protocol, ledger, directorUuid, known, other);
    }

    /** Asked once; a CPI that does not know the method speaks version 1. */
    @Override
    public Info info() {
        Info before = known.get();
        if (before != null) {
            return before;
        }
        Info info;
        try {
            JsonNode told = protocol.call(new Protocol.Call("info", List.of(), 0, 0, asker));
            int version = Math.max(1, Math.min(told.path("api_version").asInt(1), Protocol.NEWEST));
            info = new Info("external", VmArguments.texts(told.path("stemcell_formats")), version);
        } catch (CpiException refused) {
            if (!(refused.failure() instanceof CpiFailure.NotSupported)) {
                throw refused;
            }
            info = new Info("external", List.of(), 1);
        }
        known.set(info);
        return info;
    }

    @Override
    public String createStemcell(Path image, Map<String, Object> cloudProperties) {
        String cid = text(call("create_stemcell", image.toString(), cloudProperties), "create_stemcell");
        return with(() -> ledger.hold(Kind.STEMCELL, cid), held -> {
            held.putStemcell(cid);
            return cid;
        });
    }

    @Override
    public void deleteStemcell(String stemcellCid) {
        with(() -> ledger.hold(Kind.STEMCELL, stemcellCid), held -> {
            call(held, "delete_stemcell", stemcellCid);
            held.remove();
            return stemcellCid;
        });
    }

    @Override
    public CreatedVm createVm(VmRequest request) {
        return with(() -> ledger.hold(Kind.VM, request.agentId()), held -> {
            var made = creation(held).vm(request);
            return new CreatedVm(made.cid(), made.networks());
        });
    }

    @Override
    public void deleteVm(String vmCid) {
        with(() -> ledger.holdByCid(Kind.VM, vmCid), held -> {
            delete(vmCid, held);
            return vmCid;
        });
    }

    private void delete(String vmCid, Ledger.Held held) {
        absentIsSuccess(() -> callOnVm(held, "delete_vm", vmCid));
        for (var one : ledger.disks()) {
            if (one.vmCid().equals(vmCid)) {
                with(() -> ledger.hold(Kind.DISK, one.key()), disk -> {
                    // It may have been attached to another one since.
                    ledger.disk(one.key())
                            .filter(now -> now.vmCid().equals(vmCid))
                            .ifPresent(now -> disk.put(now.attachedTo("", "")));
                    return one;
                });
            }
        }
        held.remove();
    }

    @Override
    public boolean hasVm(String vmCid) {
        try {
            return callOnVm("has_vm", vmCid).asBoolean();
        } catch (CpiException failed) {
            return switch (failed.failure()) {
                case CpiFailure.VmNotFound gone -> false;
                case CpiFailure.NotSupported cannot -> ledger.vmByCid(vmCid).isPresent();
                default -> throw failed;
            };
        }
    }

    @Override
    public void rebootVm(String vmCid) {
        with(() -> ledger.holdByCid(Kind.VM, vmCid), held -> callOnVm(held, "reboot_vm", vmCid));
    }

    @Override
    public void setVmMetadata(String vmCid, Map<String, String> metadata) {
        with(() -> ledger.holdByCid(Kind.VM, vmCid), held -> {
            callOnVm(held, "set_vm_metadata", vmCid, withDirector(metadata));
            ledger.vmByCid(vmCid).ifPresent(vm -> held.put(vm.withMetadata(metadata)));
            return vmCid;
        });
    }

    @Override
    public Optional<VmDescription> findVm(String agentId) {
        return with(() -> ledger.hold(Kind.VM, agentId), held -> creation(held)
                .settledVm(agentId)
                .filter(vm -> hasVm(vm.cid()))
                .map(ExternalCpi::describe));
    }

    @Override
    public List<VmDescription> listVms() {
        return ledger.vms().stream()
                .flatMap(vm -> findVm(vm.agentId()).stream())
                .toList();
    }

    private static VmDescription describe(Ledger.VmEntry vm) {
        return new VmDescription(vm.cid(), vm.agentId(), true, vm.networks(), vm.metadata());
    }

    @Override
    public Map<String, Object> calculateVmCloudProperties(VmResources resources) {
        return VmArguments.map(call(
                "calculate_vm_cloud_properties",
                Map.of(
                        "cpu", resources.cpu(),
                        "ram", resources.ram().toMebibytes(),
                        "ephemeral_disk_size", resources.ephemeralDisk().toMebibytes())));
    }

    @Override
    public String createDisk(
            String diskKey, DataSize size, Map<String, Object> cloudProperties, Optional<String> nearVmCid) {
        return with(() -> ledger.hold(Kind.DISK, diskKey), held -> creation(held)
                .disk(diskKey, size, cloudProperties, nearVmCid)
                .cid());
    }

    @Override
    public void deleteDisk(String diskCid) {
        with(() -> ledger.holdByCid(Kind.DISK, diskCid), held -> {
            deleteDisk(diskCid, held);
            return diskCid;
        });
    }

    @Override
    public boolean hasDisk(String diskCid) {
        try {
            return call("has_disk", diskCid).asBoolean();
        } catch (CpiException failed) {
            return switch (failed.failure()) {
                case CpiFailure.DiskNotFound gone -> false;
                case CpiFailure.NotSupported cannot -> ledger.diskByCid(diskCid).isPresent();
                default -> throw failed;
            };
        }
    }

    @Override
    public Optional<String> findDisk(String diskKey) {
        return with(() -> ledger.hold(Kind.DISK, diskKey), held -> creation(held)
                .settledDisk(diskKey)
                .map(Ledger.DiskEntry::cid)
                .filter(this::hasDisk));
    }

    @Override
    public List<String> getDisks(String vmCid) {
        try {
            return VmArguments.texts(callOnVm("get_disks", vmCid));
        } catch (CpiException failed) {
            if (!(failed.failure() instanceof CpiFailure.NotSupported)) {
                throw failed;
            }
            return ledger.disks().stream()
                    .filter(disk -> disk.vmCid().equals(vmCid))
                    .map(Ledger.DiskEntry::cid)
                    .toList();
        }
    }

    @Override
    public String attachDisk(String vmCid, String diskCid) {
        return with(() -> ledger.holdByCid(Kind.DISK, diskCid), held -> {
            var entry = ledger.diskByCid(diskCid);
            // Not every CPI takes a disk that is attached already.
            if (entry.isPresent()
                    && entry.get().vmCid().equals(vmCid)
                    && getDisks(vmCid).contains(diskCid)) {
                return entry.get().device();
            }
            String device = device(callOnVm(held, "attach_disk", vmCid, diskCid), diskCid);
            entry.ifPresent(disk -> held.put(disk.attachedTo(vmCid, device)));
            return device;
        });
    }

    /** A hint is a path, or an object with one. */
    private String device(JsonNode hint, String diskCid) {
        String path = hint.isTextual() ? hint.asText() : hint.path("path").asText("");
        if (path.startsWith("/")) {
            return path;
        }
        throw new CpiException(new CpiFailure.CloudError(
                "the CPI attached disk '" + diskCid + "' and says of its device " + hint
                        + ": Slipway's agent needs its path"
                        + (info().apiVersion() < 2 ? ", which CPIs tell from version 2 of the contract on" : ""),
                false));
    }

    @Override
    public void detachDisk(String vmCid, String diskCid) {
        with(() -> ledger.holdByCid(Kind.DISK, diskCid), held -> {
            absentIsSuccess(() -> callOnVm(held, "detach_disk", vmCid, diskCid));
            ledger.diskByCid(diskCid)
                    .filter(disk -> disk.vmCid().equals(vmCid))
                    .ifPresent(disk -> held.put(disk.attachedTo("", "")));
            return diskCid;
        });
    }

    @Override
    public void resizeDisk(String diskCid, DataSize size) {
        with(
                () -> ledger.holdByCid(Kind.DISK, diskCid),
                held -> call(held, "resize_disk", diskCid, size.toMebibytes()));
    }

    @Override
    public void setDiskMetadata(String diskCid, Map<String, String> metadata) {
        call("set_disk_metadata", diskCid, withDirector(metadata));
    }

    @Override
    public String snapshotDisk(String diskCid, Map<String, String> metadata) {
        return text(call("snapshot_disk", diskCid, withDirector(metadata)), "snapshot_disk");
    }

    @Override
    public void deleteSnapshot(String snapshotCid) {
        call("delete_snapshot", snapshotCid);
    }

    /** From version 2 on the cid is the first of three values. */
    @Override
    public String createNetwork(Map<String, Object> subnetDefinition) {
        JsonNode answer = call("create_network", subnetDefinition);
        return text(answer.isArray() ? answer.path(0) : answer, "create_network");
    }

    @Override
    public void deleteNetwork(String networkCid) {
        call("delete_network", networkCid);
    }

    @Override
    public void purge() {
        for (var vm : ledger.vms()) {
            with(() -> ledger.hold(Kind.VM, vm.agentId()), held -> {
                creation(held).settledVm(vm.agentId()).ifPresent(made -> delete(made.cid(), held));
                held.remove();
                return vm;
            });
        }
        for (var disk : ledger.disks()) {
            with(() -> ledger.hold(Kind.DISK, disk.key()), held -> {
                creation(held).settledDisk(disk.key()).ifPresent(made -> deleteDisk(made.cid(), held));
                held.remove();
                return disk;
            });
        }
        ledger.stemcells().forEach(this::deleteStemcell);
    }

    private void deleteDisk(String diskCid, Ledger.Held held) {
        absentIsSuccess(() -> call(held, "delete_disk", diskCid));
        held.remove();
    }

    private Creation creation(Ledger.Held held) {
        return new Creation(
                protocol, ledger, held, (method, arguments) -> callOnVm(held, method, arguments), this::callOf);
    }

    /** Holds a thing while something is done about it. */
    private static <T> T with(Supplier<Ledger.Held> thing, Function<Ledger.Held, T> work) {
        try (var held = thing.get()) {
            return work.apply(held);
        } catch (CpiLedger.Lost taken) {
            throw new CpiException(new CpiFailure.CloudError(String.valueOf(taken.getMessage()), true), taken);
        }
    }

    private JsonNode call(String method, @Nullable Object... arguments) {
        return protocol.call(callOf(0, method, Arrays.asList(arguments)));
    }

    private JsonNode call(Ledger.Held held, String method, @Nullable Object... arguments) {
        return protocol.call(callOf(0, method, Arrays.asList(arguments)), held::confirm);
    }

    private JsonNode callOnVm(String method, Object... arguments) {
        return protocol.call(ofVm(method, arguments));
    }

    private JsonNode callOnVm(Ledger.Held held, String method, Object... arguments) {
        return protocol.call(ofVm(method, arguments), held::confirm);
    }

    /** The VM's cid is the first argument. */
    private Protocol.Call ofVm(String method, Object... arguments) {
        int stemcell = ledger.vmByCid(String.valueOf(arguments[0]))
                .map(Ledger.VmEntry::stemcellApiVersion)
                .orElse(0);
        return callOf(stemcell, method, Arrays.asList(arguments));
    }

    private Protocol.Call callOf(int stemcellApiVersion, String method, List<? extends @Nullable Object> arguments) {
        return new Protocol.Call(method, arguments, info().apiVersion(), stemcellApiVersion, asker);
    }

    private Map<String, String> withDirector(Map<String, String> metadata) {
        var all = new LinkedHashMap<String, String>(metadata);
        all.put("director_uuid", directorUuid);
        return all;
    }

    private static void absentIsSuccess(Runnable work) {
        try {
            work.run();
        } catch (CpiException failed) {
            boolean isAbsent = failed.failure() instanceof CpiFailure.VmNotFound
                    || failed.failure() instanceof CpiFailure.DiskNotFound
                    || failed.failure() instanceof CpiFailure.DiskNotAttached;
            if (!isAbsent) {
                throw failed;
            }
        }
    }

    static String text(JsonNode answer, String method) {
        if (answer.isTextual() && !answer.asText().isBlank()) {
            return answer.asText();
        }
        throw new CpiException(new CpiFailure.CloudError(
                "the CPI answered '" + method + "' with " + Objects.toString(answer) + ": expected a cid", false));
    }
}
