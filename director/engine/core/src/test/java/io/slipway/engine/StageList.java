package io.slipway.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers the stages and steps that a task tells of, and nothing else of what it tells. */
public final class StageList implements TaskLog {
    private static final Step QUIET = new Step() {
        @Override
        public void progress(int percent) {}

        @Override
        public void finished() {}

        @Override
        public void failed(String error) {}
    };

    private final List<String> told = new CopyOnWriteArrayList<>();

    /** As stage and step, in the order in which the steps began. */
    public List<String> told() {
        return List.copyOf(told);
    }

    @Override
    public Stage stage(String name, List<String> tags, int total) {
        return task -> {
            told.add(name + ": " + task);
            return QUIET;
        };
    }

    @Override
    public void debug(String line) {}

    @Override
    public void cpi(String line) {}

    @Override
    public void result(String text) {}

    @Override
    public void error(int code, String message) {}

    @Override
    public boolean isCancelled() {
        return false;
    }
}
