package io.slipway.engine;

import java.time.Duration;

/** Hears what the engine of this director does, as metrics need it. Calls come from any thread, and must not block. */
public interface EngineObserver {

    /**
     * A task has ended here.
     *
     * @param ran from when it began; zero where it never did
     */
    void taskEnded(TaskKind kind, Tasks.State state, Duration ran);

    /** So many instances more, or fewer, are to be changed by rollouts that are under way. */
    void instancesToGo(int more);

    /** Events of entities of a kind were written to the journal, or could not be. */
    void journaled(String kind, int events, Duration took, boolean isWritten);

    /** An entity of a kind has read its journal: this many events after its snapshot. */
    void recovered(String kind, int events, Duration took);

    /** Hears nothing. */
    EngineObserver NONE = new EngineObserver() {
        @Override
        public void taskEnded(TaskKind kind, Tasks.State state, Duration ran) {}

        @Override
        public void instancesToGo(int more) {}

        @Override
        public void journaled(String kind, int events, Duration took, boolean isWritten) {}

        @Override
        public void recovered(String kind, int events, Duration took) {}
    };
}
