package io.slipway.engine.run;

import io.slipway.engine.TaskLog;
import java.util.List;

/** A task's log without the stages of what is only done on the way. */
public record QuietLog(TaskLog log) implements TaskLog {
    private static final Step NOTHING = new Step() {
        @Override
        public void progress(int percent) {}

        @Override
        public void finished() {}

        @Override
        public void failed(String error) {}
    };

    @Override
    public Stage stage(String name, List<String> tags, int total) {
        return task -> NOTHING;
    }

    @Override
    public void debug(String line) {
        log.debug(line);
    }

    @Override
    public void cpi(String line) {
        log.cpi(line);
    }

    @Override
    public void result(String text) {
        log.result(text);
    }

    @Override
    public void error(int code, String message) {
        log.error(code, message);
    }

    @Override
    public void warning(String message) {
        log.warning(message);
    }

    @Override
    public void deprecation(String message) {
        log.deprecation(message);
    }

    @Override
    public void fact(String action, String objectType, String objectName) {
        log.fact(action, objectType, objectName);
    }

    @Override
    public boolean isCancelled() {
        return log.isCancelled();
    }
}
