package io.slipway.engine.instance;

import com.google.protobuf.InvalidProtocolBufferException;
import io.slipway.cpi.VmNetwork;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.JobSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an instance should be, whole: everything that its VM, disk and jobs are made from.
 *
 * @param hash of all that the agent applies; equal hashes mean that nothing is to be done on the VM
 * @param applySpec the protocol's {@code ApplySpec}, serialized, its blobs without addresses
 * @param watchMinMillis not before this, after the start, are the jobs asked whether they run
 * @param watchMaxMillis the jobs must run by then
 * @param namedDisks disks that jobs find by their links, and format and mount themselves
 */
public record InstanceSpec(
        String deployment,
        String group,
        int index,
        String az,
        boolean bootstrap,
        String hash,
        VmPlan vm,
        List<VmNetwork> networks,
        @Nullable DiskPlan disk,
        byte[] applySpec,
        long watchMinMillis,
        long watchMaxMillis,
        List<DiskPlan> namedDisks) {

    public InstanceSpec {
        // Specs in journals of earlier versions have none.
        namedDisks = namedDisks == null ? List.of() : List.copyOf(namedDisks);
    }

    /** Of an instance without named disks. */
    public InstanceSpec(
            String deployment,
            String group,
            int index,
            String az,
            boolean bootstrap,
            String hash,
            VmPlan vm,
            List<VmNetwork> networks,
            @Nullable DiskPlan disk,
            byte[] applySpec,
            long watchMinMillis,
            long watchMaxMillis) {
        this(
                deployment,
                group,
                index,
                az,
                bootstrap,
                hash,
                vm,
                networks,
                disk,
                applySpec,
                watchMinMillis,
                watchMaxMillis,
                List.of());
    }

    /**
     * The VM to have.
     *
     * @param fingerprint of all that needs another VM when it changes
     * @param cpi that makes it; empty for the built-in one
     * @param stemcellApiVersion what the stemcell's agent can do, as BOSH counts it
     */
    public record VmPlan(
            String stemcellCid,
            String stemcell,
            String vmType,
            Map<String, Object> cloudProperties,
            String environmentJson,
            Map<String, String> tags,
            String fingerprint,
            String cpi,
            int stemcellApiVersion) {
        /** What earlier versions told CPIs of any stemcell. */
        private static final int UNSAID = 2;

        public VmPlan {
            // Journals of earlier versions have none.
            cpi = cpi == null ? "" : cpi;
            stemcellApiVersion = stemcellApiVersion == 0 ? UNSAID : stemcellApiVersion;
        }

        public VmPlan(
                String stemcellCid,
                String stemcell,
                String vmType,
                Map<String, Object> cloudProperties,
                String environmentJson,
                Map<String, String> tags,
                String fingerprint) {
            this(stemcellCid, stemcell, vmType, cloudProperties, environmentJson, tags, fingerprint, "", UNSAID);
        }

        VmPlan in(String otherCpi) {
            return new VmPlan(
                    stemcellCid,
                    stemcell,
                    vmType,
                    cloudProperties,
                    environmentJson,
                    tags,
                    fingerprint,
                    otherCpi,
                    stemcellApiVersion);
        }
    }

    /**
     * The persistent disk to have.
     *
     * @param fingerprint of all that needs another disk when it changes
     * @param name empty for the one that is mounted at the store
     */
    public record DiskPlan(
            long sizeMb, String type, Map<String, Object> cloudProperties, String fingerprint, String name) {
        public DiskPlan {
            // In journals of earlier versions there is none.
            name = name == null ? "" : name;
        }

        /** The one that is mounted at the store. */
        public DiskPlan(long sizeMb, String type, Map<String, Object> cloudProperties, String fingerprint) {
            this(sizeMb, type, cloudProperties, fingerprint, "");
        }
    }

    /** Of all disks; equal ones mean that no disk is to be changed. */
    public String disksFingerprint() {
        return fingerprintOf(
                disk == null ? "" : disk.fingerprint(),
                namedDisks.stream().collect(Collectors.toMap(DiskPlan::name, DiskPlan::fingerprint)));
    }

    static String fingerprintOf(String store, Map<String, String> named) {
        var all = new StringBuilder(store);
        new TreeMap<>(named)
                .forEach((name, fingerprint) ->
                        all.append('|').append(name).append('=').append(fingerprint));
        return all.toString();
    }

    Optional<DiskPlan> diskNamed(String name) {
        return name.isEmpty()
                ? Optional.ofNullable(disk)
                : namedDisks.stream().filter(plan -> plan.name().equals(name)).findFirst();
    }

    /** The same, in the infrastructure that the earlier spec named, where this one names none. */
    InstanceSpec after(InstanceSpec earlier) {
        return vm.cpi().isEmpty()
                ? new InstanceSpec(
                        deployment,
                        group,
                        index,
                        az,
                        bootstrap,
                        hash,
                        vm.in(earlier.vm().cpi()),
                        networks,
                        disk,
                        applySpec,
                        watchMinMillis,
                        watchMaxMillis,
                        namedDisks)
                : this;
    }

    /** The same, with another time to watch the jobs, in milliseconds. */
    public InstanceSpec watchedFor(long minMillis, long maxMillis) {
        return new InstanceSpec(
                deployment,
                group,
                index,
                az,
                bootstrap,
                hash,
                vm,
                networks,
                disk,
                applySpec,
                minMillis,
                maxMillis,
                namedDisks);
    }

    /** BOSH's name of the instance: {@code group/id}. */
    public String nameOf(String instanceId) {
        return group + "/" + instanceId;
    }

    /** Names of the jobs, in the order of the manifest. */
    public List<String> jobNames() {
        return parsedApplySpec().getJobsList().stream().map(JobSpec::getName).toList();
    }

    ApplySpec parsedApplySpec() {
        try {
            return ApplySpec.parseFrom(applySpec);
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("the apply spec in the journal does not parse", broken);
        }
    }
}
