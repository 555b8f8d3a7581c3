package io.slipway.cpi.external;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.external.Executable.Begun;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What was made of a CPI that cannot be asked for it: VMs by agent id, disks by key, stemcells by cid. Written before and
 * after each call that makes something, one small file each, in the CPI's directory. Holds no secret.
 */
final class Ledger {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path vms;
    private final Path disks;
    private final Path stemcells;

    Ledger(Path directory) {
        vms = directory.resolve("vms");
        disks = directory.resolve("disks");
        stemcells = directory.resolve("stemcells");
    }

    /** How far the making got. */
    enum Phase {
        /** Asked for; the answer may be in the call's file. */
        INTENDED,
        MADE,
        /** Asked for, and no answer will ever be known. What there is of it, if anything, is for an operator to find. */
        LOST
    }

    record VmEntry(
            String agentId,
            String cid,
            Phase phase,
            String call,
            Begun begun,
            List<VmNetwork> networks,
            Map<String, String> metadata,
            int stemcellApiVersion) {
        VmEntry {
            // Files of earlier versions do not say; of their VMs CPIs were told this.
            stemcellApiVersion = stemcellApiVersion == 0 ? 2 : stemcellApiVersion;
        }

        VmEntry made(String newCid, List<VmNetwork> newNetworks) {
            return new VmEntry(agentId, newCid, Phase.MADE, "", begun, newNetworks, metadata, stemcellApiVersion);
        }

        VmEntry lost() {
            return new VmEntry(agentId, "", Phase.LOST, call, begun, networks, metadata, stemcellApiVersion);
        }

        VmEntry with(Begun process) {
            return new VmEntry(agentId, cid, phase, call, process, networks, metadata, stemcellApiVersion);
        }

        VmEntry withMetadata(Map<String, String> newMetadata) {
            return new VmEntry(agentId, cid, phase, call, begun, networks, Map.copyOf(newMetadata), stemcellApiVersion);
        }
    }

    /**
     * @param vmCid that the disk is attached to, or empty
     * @param device by which the VM knows it
     */
    record DiskEntry(String key, String cid, Phase phase, String call, Begun begun, String vmCid, String device) {

        DiskEntry made(String newCid) {
            return new DiskEntry(key, newCid, Phase.MADE, "", begun, "", "");
        }

        DiskEntry with(Begun process) {
            return new DiskEntry(key, cid, phase, call, process, vmCid, device);
        }

        DiskEntry attachedTo(String newVmCid, String newDevice) {
            return new DiskEntry(key, cid, phase, call, begun, newVmCid, newDevice);
        }
    }

    record StemcellEntry(String cid) {}

    Optional<VmEntry> vm(String agentId) {
        return read(vms.resolve(name(agentId)), VmEntry.class);
    }

    Optional<VmEntry> vmByCid(String cid) {
        return vms().stream().filter(vm -> vm.cid().equals(cid)).findFirst();
    }

    List<VmEntry> vms() {
        return all(vms, VmEntry.class);
    }

    void put(VmEntry vm) {
        write(vms.resolve(name(vm.agentId())), vm);
    }

    void remove(VmEntry vm) {
        delete(vms.resolve(name(vm.agentId())));
    }

    Optional<DiskEntry> disk(String key) {
        return read(disks.resolve(name(key)), DiskEntry.class);
    }

    Optional<DiskEntry> diskByCid(String cid) {
        return disks().stream().filter(disk -> disk.cid().equals(cid)).findFirst();
    }

    List<DiskEntry> disks() {
        return all(disks, DiskEntry.class);
    }

    void put(DiskEntry disk) {
        write(disks.resolve(name(disk.key())), disk);
    }

    void remove(DiskEntry disk) {
        delete(disks.resolve(name(disk.key())));
    }

    List<StemcellEntry> stemcells() {
        return all(stemcells, StemcellEntry.class);
    }

    void putStemcell(String cid) {
        write(stemcells.resolve(name(cid)), new StemcellEntry(cid));
    }

    void removeStemcell(String cid) {
        delete(stemcells.resolve(name(cid)));
    }

    /** Keys may hold what a file's name cannot. */
    private static String name(String key) {
        try {
            return HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)))
                            .substring(0, 40)
                    + ".json";
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    private static <T> List<T> all(Path directory, Class<T> type) {
        var found = new ArrayList<T>();
        try (var files = Files.newDirectoryStream(directory, "*.json")) {
            files.forEach(file -> read(file, type).ifPresent(found::add));
            return found;
        } catch (NoSuchFileException none) {
            return found;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot list " + directory, failure);
        }
    }

    private static <T> Optional<T> read(Path file, Class<T> type) {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + file, failure);
        }
    }

    /** After a crash the file holds the old or the new content, whole. */
    private static void write(Path file, Object content) {
        Path directory = Objects.requireNonNull(file.getParent());
        try {
            Files.createDirectories(directory);
            Path temporary = Files.createTempFile(directory, "new", ".tmp");
            // Not a channel: an interrupt, when the director stops, must not keep this from being written.
            try (var out = new FileOutputStream(temporary.toFile())) {
                out.write(JSON.writeValueAsBytes(content));
                out.getFD().sync();
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + file, failure);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete " + file, failure);
        }
    }
}
