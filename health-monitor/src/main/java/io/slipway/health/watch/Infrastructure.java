package io.slipway.health.watch;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.engine.Cpis;
import io.slipway.health.liveness.InstanceSight;
import io.slipway.health.liveness.Verdict;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks CPIs whether VMs are there, and on: of many at once a few at a time. */
final class Infrastructure {
    private static final Logger LOG = LoggerFactory.getLogger(Infrastructure.class);
    /** An external CPI is a process for each call. */
    private static final int AT_A_TIME = 16;

    private final Cpis cpis;
    private final Semaphore turns = new Semaphore(AT_A_TIME);

    Infrastructure(Cpis cpis) {
        this.cpis = cpis;
    }

    /** Blocks. */
    Verdict of(InstanceSight instance) {
        try {
            turns.acquire();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Verdict.UNKNOWN;
        }
        try {
            var cpi = cpis.of(instance.cpi(), CallContext.SILENT);
            if (!cpi.hasVm(instance.vmCid())) {
                return Verdict.GONE;
            }
            return isOff(cpi, instance) ? Verdict.OFF : Verdict.ALIVE;
        } catch (RuntimeException failure) {
            LOG.warn(
                    "the CPI cannot say how VM {} of {} is: {}", instance.vmCid(), instance.name(), failure.toString());
            return Verdict.UNKNOWN;
        } finally {
            turns.release();
        }
    }

    private static boolean isOff(Cpi cpi, InstanceSight instance) {
        return cpi.findVm(instance.agentId())
                .filter(vm -> vm.cid().equals(instance.vmCid()) && !vm.isRunning())
                .isPresent();
    }
}
