package io.slipway.agent.core;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.core.command.CommandHandler;
import io.slipway.agent.core.health.JobReport;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.DiskUsage;
import io.slipway.protocol.agent.v1.Empty;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.Success;
import io.slipway.protocol.agent.v1.Vitals;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A VM that does what a test tells it to, and remembers what was ordered. */
final class TestMachine implements Machine {
    final List<String> carriedOut = new CopyOnWriteArrayList<>();
    volatile CommandHandler handler = command -> done();
    volatile JobReport report = JobReport.UNMONITORED;

    static Success done() {
        return Success.newBuilder().setEmpty(Empty.getDefaultInstance()).build();
    }

    @Override
    public Hello introduction() {
        return Hello.newBuilder()
                .setBootId("boot-1")
                .setAgentVersion("test")
                .setDnsVersion(3)
                .build();
    }

    @Override
    public Success handle(Command command) throws CommandFailure, IOException, InterruptedException {
        var success = handler.handle(command);
        carriedOut.add(command.getId());
        return success;
    }

    @Override
    public JobReport report() {
        return report;
    }

    @Override
    public Vitals vitals() {
        return Vitals.newBuilder()
                .addDisks(DiskUsage.newBuilder().setName("system").setPercent(30))
                .build();
    }

    @Override
    public Duration unchangedFor(JobReport now) {
        return Duration.ofMillis(10);
    }
}
