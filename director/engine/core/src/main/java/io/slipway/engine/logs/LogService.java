package io.slipway.engine.logs;

import io.slipway.engine.Deployments;
import io.slipway.engine.InstanceFilter;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskRunner;
import io.slipway.protocol.agent.v1.FetchLogs;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** LogService as callers ask for them. */
public final class LogService {
    /**
     * Which logs.
     *
     * @param kinds some of "job", "agent" and "system"; the system's are in a folder {@code var/log}, as BOSH has it
     * @param filters globs relative to the folder of logs; empty for all
     */
    public record LogRequest(
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

    private static final int INVALID_VALUE = 40005;
    private static final int VM_MISSING = 70004;

    private final TaskRunner tasks;
    private final Deployments deployments;
    private final LogCollector collector;

    public LogService(TaskRunner tasks, Deployments deployments, LogCollector collector) {
        this.tasks = tasks;
        this.deployments = deployments;
        this.collector = collector;
    }

    /**
     * Has logs collected by a task whose result is the name of a blob: a tgz of one instance's logs, or a tgz with such a
     * tgz for each of several instances. It can be fetched for ten days.
     */
    public CompletionStage<Long> fetch(LogRequest request) {
        var kinds = request.kinds().stream().map(LogService::kind).toList();
        var rows = request.instances().select(deployments, request.deployment());
        var orders = rows.stream()
                .filter(row -> !row.vmCid().isEmpty())
                .map(row -> new LogCollector.Order(row.id(), row.group(), row.index(), kinds, request.filters()))
                .toList();
        if (orders.isEmpty()) {
            throw RequestRefused.invalid(
                    VM_MISSING, "'" + request.deployment() + "/" + request.instances() + "' has no VM");
        }
        return tasks.run(
                TaskKind.FETCH_LOGS,
                "fetch logs",
                request.deployment(),
                request.requester(),
                log -> collector.collect(log, orders));
    }

    private static FetchLogs.Kind kind(String name) {
        return switch (name) {
            case "job" -> FetchLogs.Kind.JOB;
            case "agent" -> FetchLogs.Kind.AGENT;
            case "system" -> FetchLogs.Kind.SYSTEM;
            default ->
                throw RequestRefused.invalid(
                        INVALID_VALUE, "type is '" + name + "': expected one of job, agent, system");
        };
    }
}
