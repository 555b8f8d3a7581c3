package io.slipway.cpi.external;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.cpi.CpiLedger;
import io.slipway.cpi.CpiLedger.Entry;
import io.slipway.cpi.CpiLedger.Kind;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.external.Executable.Begun;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was made of a CPI that cannot be asked for it: VMs by agent id, disks by key, stemcells by cid. Written before and
 * after each call that makes something, under the lease of that. Holds no secret.
 */
final class Ledger {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final CpiLedger entries;
    private final KeyLocks locks = new KeyLocks();

    Ledger(CpiLedger entries) {
        this.entries = entries;
    }

    /** How far the making got. */
    enum Phase {
        /** Asked for; the answer may be in the call's file. */
        INTENDED,
        MADE,
        /** Asked for, and no answer will ever be known. What there is of it, if anything, is for an operator to find. */
        LOST
    }

    /**
     * @param node of the director that has the call's file; earlier versions did not say
     * @param begun the call's process; nobody has asked the CPI before it is recorded
     */
    record VmEntry(
            String agentId,
            String cid,
            Phase phase,
            String call,
            Begun begun,
            List<VmNetwork> networks,
            Map<String, String> metadata,
            int stemcellApiVersion,
            @Nullable String node) {
        VmEntry {
            // Files of earlier versions do not say; of their VMs CPIs were told this.
            stemcellApiVersion = stemcellApiVersion == 0 ? 2 : stemcellApiVersion;
        }

        VmEntry made(String newCid, List<VmNetwork> newNetworks) {
            return new VmEntry(agentId, newCid, Phase.MADE, "", begun, newNetworks, metadata, stemcellApiVersion, node);
        }

        VmEntry lost() {
            return new VmEntry(agentId, "", Phase.LOST, call, begun, networks, metadata, stemcellApiVersion, node);
        }

        VmEntry with(Begun process) {
            return new VmEntry(agentId, cid, phase, call, process, networks, metadata, stemcellApiVersion, node);
        }

        VmEntry withMetadata(Map<String, String> newMetadata) {
            return new VmEntry(
                    agentId, cid, phase, call, begun, networks, Map.copyOf(newMetadata), stemcellApiVersion, node);
        }

        VmEntry of(String newNode) {
            return new VmEntry(agentId, cid, phase, call, begun, networks, metadata, stemcellApiVersion, newNode);
        }
    }

    /**
     * @param vmCid that the disk is attached to, or empty
     * @param device by which the VM knows it
     * @param node as of a {@link VmEntry}
     */
    record DiskEntry(
            String key,
            String cid,
            Phase phase,
            String call,
            Begun begun,
            String vmCid,
            String device,
            @Nullable String node) {

        DiskEntry made(String newCid) {
            return new DiskEntry(key, newCid, Phase.MADE, "", begun, "", "", node);
        }

        DiskEntry with(Begun process) {
            return new DiskEntry(key, cid, phase, call, process, vmCid, device, node);
        }

        DiskEntry attachedTo(String newVmCid, String newDevice) {
            return new DiskEntry(key, cid, phase, call, begun, newVmCid, newDevice, node);
        }

        DiskEntry of(String newNode) {
            return new DiskEntry(key, cid, phase, call, begun, vmCid, device, newNode);
        }
    }

    record StemcellEntry(String cid) {}

    /** The right to deal with one thing, in this process and among all directors, until it is closed. */
    final class Held implements AutoCloseable {
        private final KeyLocks.Held lock;
        private final CpiLedger.Lease lease;

        private Held(KeyLocks.Held lock, CpiLedger.Lease lease) {
            this.lock = lock;
            this.lease = lease;
        }

        /** To be called when a process was begun, before it is told what to do. */
        void confirm(Begun process) {
            lease.confirm();
        }

        void put(VmEntry vm) {
            lease.put(entry(Kind.VM, vm.agentId(), vm.cid(), vm.phase(), vm.node(), vm));
        }

        void put(DiskEntry disk) {
            lease.put(entry(Kind.DISK, disk.key(), disk.cid(), disk.phase(), disk.node(), disk));
        }

        void putStemcell(String cid) {
            lease.put(entry(Kind.STEMCELL, cid, cid, Phase.MADE, node(), new StemcellEntry(cid)));
        }

        void remove() {
            lease.remove();
        }

        @Override
        public void close() {
            try {
                lease.close();
            } finally {
                lock.close();
            }
        }
    }

    /** Waits until nobody else deals with the thing that has this key. */
    Held hold(Kind kind, String key) {
        // Threads of this process line up, so that one of them at a time waits for other directors.
        var lock = locks.hold(kind + "/" + key);
        try {
            return new Held(lock, entries.hold(kind, key));
        } catch (RuntimeException failed) {
            lock.close();
            throw failed;
        }
    }

    /** As the CPI knows the thing; one that is not in the ledger has its cid for a key. */
    Held holdByCid(Kind kind, String cid) {
        return hold(kind, entries.findByCid(kind, cid).map(Entry::key).orElse(cid));
    }

    /** Of the director that files of calls lie at. */
    String node() {
        return entries.node();
    }

    Optional<VmEntry> vm(String agentId) {
        return entries.find(Kind.VM, agentId).map(found -> read(found, VmEntry.class));
    }

    Optional<VmEntry> vmByCid(String cid) {
        return entries.findByCid(Kind.VM, cid).map(found -> read(found, VmEntry.class));
    }

    List<VmEntry> vms() {
        return entries.list(Kind.VM).stream()
                .map(found -> read(found, VmEntry.class))
                .toList();
    }

    Optional<DiskEntry> disk(String key) {
        return entries.find(Kind.DISK, key).map(found -> read(found, DiskEntry.class));
    }

    Optional<DiskEntry> diskByCid(String cid) {
        return entries.findByCid(Kind.DISK, cid).map(found -> read(found, DiskEntry.class));
    }

    List<DiskEntry> disks() {
        return entries.list(Kind.DISK).stream()
                .map(found -> read(found, DiskEntry.class))
                .toList();
    }

    List<String> stemcells() {
        return entries.list(Kind.STEMCELL).stream().map(Entry::key).toList();
    }

    static Entry entry(Kind kind, String key, String cid, Phase phase, @Nullable String node, Object content) {
        try {
            return new Entry(
                    kind,
                    key,
                    cid,
                    phase.name(),
                    Objects.requireNonNullElse(node, ""),
                    JSON.writeValueAsString(content));
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static <T> T read(Entry entry, Class<T> type) {
        return read(entry.content(), type);
    }

    static <T> T read(String content, Class<T> type) {
        try {
            return JSON.readValue(content, type);
        } catch (JsonProcessingException broken) {
            throw new UncheckedIOException("an entry of the ledger does not parse", broken);
        }
    }
}
