package io.slipway.engine;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Logs of instances. */
public interface Logs {

    /**
     * Has logs collected by a task whose result is the name of a blob: a tgz of one instance's logs, or a tgz with such a
     * tgz for each of several instances. It can be fetched for ten days.
     */
    CompletionStage<Long> fetch(LogRequest request);

    /**
     * Which logs.
     *
     * @param kinds some of "job", "agent" and "system"; the system's are in a folder {@code var/log}, as BOSH has it
     * @param filters globs relative to the folder of logs; empty for all
     */
    record LogRequest(
            String deployment,
            InstanceFilter instances,
            List<String> kinds,
            List<String> filters,
            Requester requester) {
        public LogRequest {
            kinds = List.copyOf(kinds);
            filters = List.copyOf(filters);
        }
    }
}
