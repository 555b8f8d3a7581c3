package io.slipway.agent;

import io.slipway.agent.core.Machine;
import io.slipway.agent.core.blob.BlobClient;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.core.health.JobReport;
import io.slipway.agent.dns.DnsRecords;
import io.slipway.agent.job.SpecStore;
import io.slipway.agent.vitals.JobHealth;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.Success;
import io.slipway.protocol.agent.v1.Vitals;
import java.io.IOException;
import java.time.Duration;

/** This VM, as its director sees it. */
record Node(String bootId, SpecStore specs, DnsRecords dns, JobHealth health, Commands commands, BlobClient blobs)
        implements Machine {

    @Override
    public Hello introduction() {
        var hello = Hello.newBuilder()
                .setBootId(bootId)
                .setAgentVersion(version())
                .setDnsVersion(dns.version())
                .setDnsHealthVersion(dns.healthVersion());
        specs.current().ifPresent(hello::setAppliedSpec);
        return hello.build();
    }

    private static String version() {
        var version = Agent.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public void blobsLiveAt(String address) {
        blobs.liveAt(address);
    }

    @Override
    public Success handle(Command command) throws CommandFailure, IOException, InterruptedException {
        return commands.handle(command);
    }

    @Override
    public JobReport report() {
        return health.report();
    }

    @Override
    public Vitals vitals() {
        return health.vitals();
    }

    @Override
    public Duration unchangedFor(JobReport report) {
        return health.unchangedFor(report);
    }
}
