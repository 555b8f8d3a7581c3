package io.slipway.cpi.vsphere;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A director's CPI at a vCenter, and requests with nothing in them but what matters to the test. */
final class Scene implements AutoCloseable {
    private static final DataSize SMALL = DataSize.ofMebibytes(64);

    private final SimulatedVcenter vcenter;
    private final Path directory;
    private final VsphereFixture fixture;
    private final String director = UUID.randomUUID().toString();
    private final AtomicInteger addresses = new AtomicInteger();
    private final Map<String, Object> properties;
    private Cpi cpi;
    private final List<String> disks = new ArrayList<>();
    private @Nullable String stemcell;

    Scene(SimulatedVcenter vcenter, Path directory, Map<String, Object> more) {
        this.vcenter = vcenter;
        this.directory = directory;
        this.fixture = new VsphereFixture(vcenter);
        this.properties = new HashMap<>(vcenter.properties());
        properties.putAll(more);
        cpi = open();
    }

    private Cpi open() {
        return new VsphereCpiFactory().create(director, directory, properties);
    }

    Cpi cpi() {
        return cpi;
    }

    String director() {
        return director;
    }

    SimulatedVcenter vcenter() {
        return vcenter;
    }

    Path image() {
        try {
            return TinyOvf.in(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As after the death of the director: another CPI, that knows nothing. */
    void reopen() {
        cpi.close();
        cpi = open();
    }

    /** Another CPI of the same director, beside this one. */
    Cpi another() {
        return open();
    }

    String stemcell() {
        if (stemcell == null) {
            stemcell = cpi.createStemcell(image(), Map.of());
        }
        return stemcell;
    }

    VmRequest request(Map<String, Object> more) {
        return request(more, Map.of("deployment", "shop", "instance_group", "web"));
    }

    VmRequest request(Map<String, Object> more, Map<String, String> metadata) {
        return request(more, metadata, List.of(fixture.network(addresses.getAndIncrement())));
    }

    VmRequest request(Map<String, Object> more, Map<String, String> metadata, List<VmNetwork> networks) {
        var properties = new HashMap<String, Object>(fixture.vmProperties());
        properties.putAll(more);
        String agentId = "i-" + UUID.randomUUID() + "-1";
        return new VmRequest(agentId, stemcell(), properties, networks, List.of(), fixture.settings(agentId), metadata);
    }

    String newVm(Map<String, Object> more) {
        return cpi.createVm(request(more)).cid();
    }

    String newVm() {
        return newVm(Map.of());
    }

    String newDisk() {
        String cid = cpi.createDisk(UUID.randomUUID() + "/disk/0", SMALL, Map.of(), Optional.empty());
        disks.add(cid);
        return cid;
    }

    /** Deletes what the last test made; the stemcell stays. */
    void sweep() {
        vcenter.clearRules();
        cpi.listVms().forEach(vm -> cpi.deleteVm(vm.cid()));
        disks.forEach(cpi::deleteDisk);
        disks.clear();
    }

    @Override
    public void close() {
        vcenter.clearRules();
        cpi.purge();
        cpi.close();
    }
}
