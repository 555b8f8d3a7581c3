package io.slipway.agent.vitals;

import io.slipway.agent.core.health.HealthSource;
import io.slipway.agent.core.health.JobReport;
import io.slipway.agent.monit.JobSupervisor;
import io.slipway.protocol.agent.v1.Vitals;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** How the jobs and the machine are. Monit tells nobody what it does: somebody has to look. */
public final class JobHealth implements HealthSource {
    private static final Duration WATCH = Duration.ofSeconds(1);
    private static final Duration EAGER_WATCH = Duration.ofMillis(100);
    private static final String STARTING = "starting";

    private final JobSupervisor jobs;
    private final VitalsReader vitals;
    private final BooleanSupplier hasSpec;
    private final BooleanSupplier isBooting;

    public JobHealth(JobSupervisor jobs, VitalsReader vitals, BooleanSupplier hasSpec, BooleanSupplier isBooting) {
        this.jobs = jobs;
        this.vitals = vitals;
        this.hasSpec = hasSpec;
        this.isBooting = isBooting;
    }

    @Override
    public JobReport report() {
        if (isBooting.getAsBoolean()) {
            return JobReport.of(STARTING);
        }
        return hasSpec.getAsBoolean() ? jobs.report() : JobReport.UNMONITORED;
    }

    @Override
    public Vitals vitals() {
        return vitals.read();
    }

    @Override
    public Duration unchangedFor(JobReport report) {
        return report.state().equals(STARTING) ? EAGER_WATCH : WATCH;
    }
}
