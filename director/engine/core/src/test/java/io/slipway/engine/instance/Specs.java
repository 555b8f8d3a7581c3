package io.slipway.engine.instance;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.Fence;
import io.slipway.protocol.agent.v1.ApplySpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds instance specs and goals for tests. */
final class Specs {
    private Specs() {}

    static InstanceSpec spec(String hash) {
        return spec(hash, "vm-1", null);
    }

    static InstanceSpec spec(String hash, String vmFingerprint, InstanceSpec.@Nullable DiskPlan disk) {
        return new InstanceSpec(
                "dep",
                "web",
                0,
                "z1",
                true,
                hash,
                new InstanceSpec.VmPlan("sc-1", "os/1", "small", Map.of(), "{}", Map.of(), vmFingerprint),
                List.of(new VmNetwork(
                        "default", "manual", "10.0.0.2", 24, "10.0.0.1", List.of(), List.of("gateway"), Map.of())),
                disk,
                ApplySpec.newBuilder().setDeployment("dep").build().toByteArray(),
                1,
                5_000);
    }

    /** Whose VM has tags. */
    static InstanceSpec tagged(String hash, Map<String, String> tags) {
        var plain = spec(hash);
        var vm = plain.vm();
        return new InstanceSpec(
                plain.deployment(),
                plain.group(),
                plain.index(),
                plain.az(),
                plain.bootstrap(),
                plain.hash(),
                new InstanceSpec.VmPlan(
                        vm.stemcellCid(),
                        vm.stemcell(),
                        vm.vmType(),
                        vm.cloudProperties(),
                        vm.environmentJson(),
                        tags,
                        vm.fingerprint()),
                plain.networks(),
                plain.disk(),
                plain.applySpec(),
                plain.watchMinMillis(),
                plain.watchMaxMillis());
    }

    static InstanceSpec.DiskPlan disk(String fingerprint) {
        return new InstanceSpec.DiskPlan(64, "small", Map.of(), fingerprint);
    }

    static InstanceGoal goal(String key, InstanceGoal.Kind kind, InstanceSpec spec) {
        return InstanceGoal.of(key, 1, Fence.NONE, kind, spec).deletingDisks(kind == InstanceGoal.Kind.DELETED);
    }

    /** Without its disks, which become orphans. */
    static InstanceGoal deletion(String key) {
        return InstanceGoal.of(key, 1, Fence.NONE, InstanceGoal.Kind.DELETED, spec(""))
                .fixing(true);
    }

    static InstanceGoal swap(String key, InstanceGoal.Kind kind, InstanceSpec spec) {
        return InstanceGoal.of(key, 1, Fence.NONE, kind, spec).swapping(new InstanceGoal.Swap(List.of("net|i/net")));
    }

    static InstanceGoal recreate(String key, InstanceSpec spec) {
        return InstanceGoal.of(key, 1, Fence.NONE, InstanceGoal.Kind.RUNNING, spec)
                .recreating(true);
    }

    static InstanceSpec.DiskPlan disk(long sizeMb, String name) {
        return new InstanceSpec.DiskPlan(sizeMb, "small", Map.of(), "of " + sizeMb, name);
    }

    /** With disks that have names. */
    static InstanceSpec withNamed(String hash, InstanceSpec.DiskPlan... disks) {
        var plain = spec(hash);
        return new InstanceSpec(
                plain.deployment(),
                plain.group(),
                plain.index(),
                plain.az(),
                plain.bootstrap(),
                plain.hash(),
                plain.vm(),
                plain.networks(),
                null,
                plain.applySpec(),
                plain.watchMinMillis(),
                plain.watchMaxMillis(),
                List.of(disks));
    }

    static InstanceGoal goal(String key, InstanceGoal.Kind kind, InstanceSpec spec, DiskOrder disks) {
        return InstanceGoal.of(key, 1, Fence.NONE, kind, spec).with(disks);
    }
}
