package io.slipway.engine;

/**
 * What an operator may set of the engine.
 *
 * @param directorName part of variables' absolute names
 * @param clusterAddress that other director nodes reach this one by
 * @param clusterPort 0 for any
 * @param maxThreads instances made, changed or deleted at a time, in one deployment
 * @param growDisksInPlace has the infrastructure grow disks, where it can, instead of copying what is on them
 * @param taskWorkers tasks that run at a time
 * @param urgentWorkers short tasks that somebody waits for, besides those
 * @param tasksKept of each type, after they ended
 */
public record EngineSettings(
        String directorUuid,
        String directorName,
        String clusterAddress,
        int clusterPort,
        String databaseUrl,
        String databaseUser,
        String databasePassword,
        int maxThreads,
        int taskWorkers,
        int urgentWorkers,
        int tasksKept,
        EngineServices.Timeouts timeouts,
        boolean growDisksInPlace) {
    /** Without the password. */
    @Override
    public String toString() {
        return "EngineSettings[" + directorUuid + ", " + databaseUrl + "]";
    }
}
