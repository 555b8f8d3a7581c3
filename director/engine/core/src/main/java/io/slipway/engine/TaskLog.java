package io.slipway.engine;

import io.slipway.engine.ask.Stop;
import java.util.List;

/** What a task tells while it runs. Safe for use by many threads. */
public interface TaskLog {

    /** Begins a stage of the event log with a known number of steps. */
    Stage stage(String name, List<String> tags, int total);

    default Stage stage(String name, int total) {
        return stage(name, List.of(), total);
    }

    /** A line of the debug log. */
    void debug(String line);

    /** Something that operators should know though it stops nothing; the event log shows it. */
    default void warning(String message) {
        debug("warning: " + message);
    }

    /** Something that is done and better done otherwise; the event log shows it. */
    default void deprecation(String message) {
        debug("deprecation: " + message);
    }

    /** A line of the CPI's log. */
    void cpi(String line);

    /** Text of the result output, for tasks whose result is data. */
    void result(String text);

    /** An error that is not a step's, as BOSH's event log shows it. */
    void error(int code, String message);

    /** A fact for the audit trail, if there is one: as in create, release, name and version; by who asked for this task. */
    default void fact(String action, String objectType, String objectName) {}

    /** Whether somebody asked this task to stop. */
    boolean isCancelled();

    /** One stage of the event log. */
    interface Stage {
        /** Begins one step; index is counted from one. */
        Step begin(String task);

        /** Runs one step, and records its end or its failure; or nothing where it was cut off, and is begun again. */
        default void step(String task, Work work) throws Exception {
            Step step = begin(task);
            try {
                work.run();
            } catch (Exception failure) {
                if (!Stop.isCutOff(failure)) {
                    step.failed(failure.getMessage() == null ? failure.toString() : failure.getMessage());
                }
                throw failure;
            }
            step.finished();
        }
    }

    /** One step of a stage. */
    interface Step {
        void progress(int percent);

        void finished();

        void failed(String error);
    }

    /** What a step does. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }
}
