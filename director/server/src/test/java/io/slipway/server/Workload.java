package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.simulated.SimulatedCpi;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** Deployments that are made, changed and deleted as chance has it, and what must be true of them when nothing is going on. */
final class Workload {
    private final SimulatedCpi infrastructure;
    private final Map<String, Integer> wanted = new TreeMap<>();

    Workload(SimulatedCpi infrastructure) {
        this.infrastructure = infrastructure;
    }

    /** Asks for something; returns the task's number. */
    long ask(Api api, Random random) throws Exception {
        if (wanted.size() < 3 || random.nextInt(4) == 0 && wanted.size() < 6) {
            String name = "d" + random.nextInt(1_000_000);
            wanted.put(name, 3 + random.nextInt(6));
            return api.deploy(DirectorCluster.manifest(name, wanted.get(name)));
        }
        var names = List.copyOf(wanted.keySet());
        String name = names.get(random.nextInt(names.size()));
        return switch (random.nextInt(4)) {
            case 0 -> {
                wanted.put(name, 1 + random.nextInt(9));
                yield api.deploy(DirectorCluster.manifest(name, wanted.get(name)));
            }
            case 1 -> api.deploy(DirectorCluster.manifest(name, wanted.getOrDefault(name, 1)), "?recreate=true");
            case 2 -> {
                wanted.remove(name);
                yield api.delete("/deployments/" + name);
            }
            default -> api.taskOfPut("/deployments/" + name + "/jobs/*?state=restart", "");
        };
    }

    /** What lists say is what there is, and each thing is there once. */
    void assertTruth(Api api, String round) throws Exception {
        var vms = new HashSet<String>();
        var addresses = new HashSet<String>();
        int instances = 0;
        for (var one : wanted.entrySet()) {
            var rows = api.get("/deployments/" + one.getKey() + "/instances");
            assertThat(rows).as(round).hasSize(one.getValue());
            for (JsonNode row : rows) {
                instances++;
                vms.add(row.path("cid").asText());
                row.path("ips").forEach(ip -> addresses.add(ip.asText()));
            }
        }
        assertThat(vms).as(round).hasSize(instances).doesNotContain("");
        assertThat(addresses).as(round).hasSize(instances);
        awaitNoOthers(vms, round);
        var disks = new HashSet<String>();
        for (String vm : vms) {
            var attached = infrastructure.getDisks(vm);
            assertThat(attached).as(round).hasSize(1);
            disks.addAll(attached);
        }
        assertThat(disks).as(round).hasSize(instances);
        api.get("/disks").forEach(orphan -> disks.add(orphan.path("disk_cid").asText()));
        assertThat(infrastructure.diskCids()).as(round).isEqualTo(disks);
    }

    /** VMs that packages were compiled on may still be going. */
    private void awaitNoOthers(HashSet<String> vms, String round) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (true) {
            var there = new HashSet<String>();
            infrastructure.listVms().stream().map(VmDescription::cid).forEach(there::add);
            if (there.equals(vms)) {
                return;
            }
            if (System.nanoTime() > end) {
                assertThat(there).as(round).isEqualTo(vms);
            }
            LockSupport.parkNanos(100_000_000);
        }
    }
}
