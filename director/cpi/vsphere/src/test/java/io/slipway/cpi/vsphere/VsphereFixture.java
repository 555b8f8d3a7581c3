package io.slipway.cpi.vsphere;

import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.conformance.CpiFixture;
import io.slipway.cpi.conformance.VmInside;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The vSphere CPI at a simulated vCenter. */
record VsphereFixture(SimulatedVcenter vcenter) implements CpiFixture {

    @Override
    public CpiFactory factory() {
        return new VsphereCpiFactory();
    }

    @Override
    public Map<String, Object> properties() {
        return vcenter.properties();
    }

    @Override
    public Path stemcellImage(Path directory) throws IOException {
        return TinyOvf.in(directory);
    }

    @Override
    public Map<String, Object> vmProperties() {
        return Map.of("cpu", 1, "ram", 128, "disk", 16);
    }

    @Override
    public VmNetwork network(int n) {
        return new VmNetwork(
                "default",
                "manual",
                "10.1.0." + (10 + n),
                24,
                "10.1.0.1",
                List.of("192.0.2.53"),
                List.of("dns", "gateway"),
                Map.of("name", "DC0_DVPG0"));
    }

    @Override
    public Optional<Map.Entry<String, Object>> wrongVmProperty() {
        return Optional.of(Map.entry("cpu", "many"));
    }

    @Override
    public Optional<DataSize> sizeWithoutRoom() {
        return Optional.of(DataSize.ofMebibytes(1L << 40));
    }

    /** What the guest would see: its own guestinfo, and the bytes of the disks that vCenter has at it. */
    @Override
    public Optional<VmInside> inside(String vmCid) {
        return Optional.of(new VmInside() {
            @Override
            public boolean exists(String path) {
                return path.startsWith("/dev/") && disk(path).isPresent();
            }

            @Override
            public byte[] read(String path, int length) throws IOException {
                if (path.endsWith("agent-settings.json")) {
                    String packed = vcenter.machine(vmCid)
                            .get("extraConfig")
                            .get(Names.SETTINGS)
                            .asText();
                    var gzip = new GZIPInputStream(
                            new ByteArrayInputStream(Base64.getDecoder().decode(packed)));
                    return Arrays.copyOf(gzip.readAllBytes(), length);
                }
                return firstBytes(vcenter.bytesOf(disk(path).orElseThrow()), length);
            }

            @Override
            public void write(String path, byte[] content) throws IOException {
                try (var file = new RandomAccessFile(
                        vcenter.bytesOf(disk(path).orElseThrow()).toFile(), "rw")) {
                    file.write(content);
                }
            }

            private Optional<String> disk(String device) {
                var machine = vcenter.machine(vmCid);
                for (var option : machine.get("extraConfig").properties()) {
                    String key = option.getKey();
                    if (key.startsWith(Names.ATTACHED)
                            && Names.device(key.substring(Names.ATTACHED.length()))
                                    .equals(device)) {
                        String cid = key.substring(Names.ATTACHED.length());
                        for (var path : machine.get("disks")) {
                            if (path.asText().endsWith("/" + cid + ".vmdk")) {
                                return Optional.of(path.asText());
                            }
                        }
                    }
                }
                return Optional.empty();
            }
        });
    }

    @Override
    public Optional<byte[]> insideSnapshot(String snapshotCid, int length) throws IOException {
        for (var path : vcenter.inventory().get("files")) {
            if (path.asText().endsWith("/" + snapshotCid + ".vmdk")) {
                return Optional.of(firstBytes(vcenter.bytesOf(path.asText()), length));
            }
        }
        return Optional.empty();
    }

    @Override
    public List<String> leftovers() {
        return vcenter.everything();
    }

    private static byte[] firstBytes(Path file, int length) {
        try (var open = new RandomAccessFile(file.toFile(), "r")) {
            var bytes = new byte[length];
            open.readFully(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
