package io.slipway.engine;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.model.plan.StemcellVersion;
import java.util.List;
import java.util.Optional;

/**
 * The CPIs of this director by name: the built-in one that its configuration chose, and those of the CPI configs. The
 * empty name stands for the built-in one. Calls read the current configs, and may block.
 */
public interface Cpis {

    /**
     * The CPI of this name, or that took this name over, with its calls told to the asker.
     *
     * @throws io.slipway.cpi.CpiException with {@link io.slipway.cpi.CpiFailure.InvalidRequest} where there is none
     */
    Cpi of(String name, CallContext asker);

    /** With its calls told to a task, and given up when that is cancelled. */
    default Cpi of(String name, TaskLog log) {
        return of(name, asker(log));
    }

    /** A task that asks a CPI for something. */
    static CallContext asker(TaskLog log) {
        return new CallContext() {
            @Override
            public void log(String line) {
                log.cpi(line);
            }

            @Override
            public boolean isCancelled() {
                return log.isCancelled();
            }
        };
    }

    /** Names of all CPIs, the built-in one first. */
    List<String> names();

    /** The present name of the CPI that had or has this name; empty where there is none. */
    Optional<String> present(String name);

    /** The name of a CPI and those that it took over. */
    List<String> aliases(String name);

    /** By what name the CPI knows a stemcell; empty where it has not got it. */
    default Optional<String> cidOf(StemcellVersion stemcell, String cpi) {
        return aliases(cpi).stream()
                .map(stemcell.cids()::get)
                .filter(java.util.Objects::nonNull)
                .findFirst();
    }
}
