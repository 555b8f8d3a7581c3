package io.slipway.engine.task;

import io.slipway.engine.Tasks.OutputType;
import io.slipway.engine.Tasks.TaskFilter;
import io.slipway.engine.Tasks.TaskRow;
import java.util.List;
import java.util.Optional;

/** Tasks' numbers, rows and outputs. Calls block, but for {@link #append}. */
public interface TaskStore {

    long nextTaskId();

    Optional<TaskRow> find(long id);

    List<TaskRow> list(TaskFilter filter);

    /** Removes tasks that ended, with all that is kept of them, but for the newest of each type; returns how many. */
    int removeOld(int keptOfEachType);

    /** Appends behind a bounded buffer. */
    void append(long id, OutputType type, byte[] text);

    /** Returns once all that was appended to a task's outputs is stored, or after a while; it is stored then later. */
    void flush(long id);

    byte[] read(long id, OutputType type, long fromByte);
}
