package io.slipway.cpi.simulated.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import io.slipway.protocol.agent.v1.ApplySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * {@code agent.json}: what a VM's own disk remembers.
 *
 * @param bootId empty before the first boot
 * @param appliedSpec the protocol's message in base 64; empty before the first apply
 * @param jobs the applied spec's jobs
 * @param areJobsWanted whether jobs were started and not stopped since
 * @param disks by cid
 * @param dnsVersion 0 before the first records
 * @param dnsHealthVersion 0 before it was told of anybody's health
 * @param sshUsers expiry in milliseconds of the epoch by user
 * @param certificatePem the renewed one; empty while that of the VM's creation holds
 * @param privateKeyPem of the renewed certificate; empty where that is for the key of the VM's creation
 */
record AgentState(
        String bootId,
        String appliedSpec,
        Map<String, JobFiles> jobs,
        boolean areJobsWanted,
        Map<String, Disk> disks,
        long dnsVersion,
        long dnsHealthVersion,
        Map<String, Long> sshUsers,
        String certificatePem,
        String caPem,
        String privateKeyPem) {
    static final AgentState NEW = new AgentState("", "", Map.of(), false, Map.of(), 0, 0, Map.of(), "", "", "");

    AgentState {
        jobs = Map.copyOf(jobs);
        disks = Map.copyOf(disks);
        sshUsers = Map.copyOf(sshUsers);
        // Files of earlier versions have none.
        privateKeyPem = Objects.requireNonNullElse(privateKeyPem, "");
    }

    /**
     * A disk that the agent was told of.
     *
     * @param mountPoint empty while it is not mounted
     */
    record Disk(String device, String mountPoint) {}

    Optional<ApplySpec> spec() {
        if (appliedSpec.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ApplySpec.parseFrom(Base64.getDecoder().decode(appliedSpec)));
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("an applied spec that was written does not parse", broken);
        }
    }

    AgentState booted(String newBootId) {
        return new AgentState(
                newBootId,
                appliedSpec,
                jobs,
                areJobsWanted,
                disks,
                dnsVersion,
                dnsHealthVersion,
                sshUsers,
                certificatePem,
                caPem,
                privateKeyPem);
    }

    AgentState applied(ApplySpec spec, Map<String, JobFiles> files) {
        return new AgentState(
                bootId,
                Base64.getEncoder().encodeToString(spec.toByteArray()),
                files,
                areJobsWanted,
                disks,
                dnsVersion,
                dnsHealthVersion,
                sshUsers,
                certificatePem,
                caPem,
                privateKeyPem);
    }

    AgentState wanting(boolean areWanted) {
        return new AgentState(
                bootId,
                appliedSpec,
                jobs,
                areWanted,
                disks,
                dnsVersion,
                dnsHealthVersion,
                sshUsers,
                certificatePem,
                caPem,
                privateKeyPem);
    }

    AgentState withDisks(UnaryOperator<Map<String, Disk>> change) {
        var changed = change.apply(new LinkedHashMap<>(disks));
        return new AgentState(
                bootId,
                appliedSpec,
                jobs,
                areJobsWanted,
                changed,
                dnsVersion,
                dnsHealthVersion,
                sshUsers,
                certificatePem,
                caPem,
                privateKeyPem);
    }

    AgentState withDns(long version, long healthVersion) {
        return new AgentState(
                bootId,
                appliedSpec,
                jobs,
                areJobsWanted,
                disks,
                version,
                healthVersion,
                sshUsers,
                certificatePem,
                caPem,
                privateKeyPem);
    }

    AgentState withSshUsers(UnaryOperator<Map<String, Long>> change) {
        var changed = change.apply(new TreeMap<>(sshUsers));
        return new AgentState(
                bootId,
                appliedSpec,
                jobs,
                areJobsWanted,
                disks,
                dnsVersion,
                dnsHealthVersion,
                changed,
                certificatePem,
                caPem,
                privateKeyPem);
    }

    AgentState renewed(String newCaPem, String newCertificatePem, String newPrivateKeyPem) {
        return new AgentState(
                bootId,
                appliedSpec,
                jobs,
                areJobsWanted,
                disks,
                dnsVersion,
                dnsHealthVersion,
                sshUsers,
                newCertificatePem,
                newCaPem,
                newPrivateKeyPem);
    }
}
