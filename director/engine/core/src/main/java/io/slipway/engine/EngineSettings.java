package io.slipway.engine;

import io.slipway.store.DatabaseSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What an operator may set of the engine.
 *
 * @param directorName part of variables' absolute names
 * @param maxThreads instances made, changed or deleted at a time, in one deployment
 * @param growDisksInPlace has the infrastructure grow disks, where it can, instead of copying what is on them
 * @param errandsOnStoppedInstances lets errands run on instances whose jobs are stopped
 */
public record EngineSettings(
        String directorUuid,
        String directorName,
        ClusterNode node,
        DatabaseSettings database,
        int maxThreads,
        TaskLimits tasks,
        EngineServices.Timeouts timeouts,
        boolean growDisksInPlace,
        boolean errandsOnStoppedInstances) {

    /**
     * How the directors of one cluster reach each other: by TLS, and each shows a certificate of the same CA with the same
     * name.
     *
     * @param isReachable other directors are told where this one is; they are none otherwise
     * @param address that other directors reach this one by
     * @param port 0 for any
     * @param patience for a director that is silent: after it, and some two seconds more, others do its work
     * @param keyFile PEM, PKCS #8, RSA
     * @param certificateFile PEM
     * @param caFile PEM
     */
    public record ClusterNode(
            boolean isReachable,
            String address,
            int port,
            Duration patience,
            Path keyFile,
            Path certificateFile,
            Path caFile) {}

    /**
     * How much is done and kept.
     *
     * @param workers tasks that run at a time
     * @param urgentWorkers short tasks that somebody waits for, besides those
     * @param kept of each type, after they ended
     */
    public record TaskLimits(int workers, int urgentWorkers, int kept) {
        public static final TaskLimits DEFAULT = new TaskLimits(3, 10, 2000);
    }

    /** Without the database's password. */
    @Override
    public String toString() {
        return "EngineSettings[" + directorUuid + ", " + database.url() + "]";
    }
}
