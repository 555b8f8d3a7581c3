package io.slipway.engine.logs;

import io.slipway.engine.Deployments;
import io.slipway.engine.Logs;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.TaskRunner;
import io.slipway.protocol.agent.v1.FetchLogs;
import java.util.concurrent.CompletionStage;

/** Logs as callers ask for them. */
public final class LogService implements Logs {
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

    @Override
    public CompletionStage<Long> fetch(LogRequest request) {
        var kinds = request.kinds().stream().map(LogService::kind).toList();
        var rows = request.instances().select(deployments, request.deployment());
        var orders = rows.stream()
                .filter(row -> !row.vmCid().isEmpty())
                .map(row -> new LogCollector.Order(row.id(), row.group(), row.index(), kinds, request.filters()))
                .toList();
        if (orders.isEmpty()) {
            throw new RequestRefused(
                    400, VM_MISSING, "'" + request.deployment() + "/" + request.instances() + "' has no VM");
        }
        return tasks.run(
                "fetch logs", request.deployment(), request.requester(), log -> collector.collect(log, orders));
    }

    private static FetchLogs.Kind kind(String name) {
        return switch (name) {
            case "job" -> FetchLogs.Kind.JOB;
            case "agent" -> FetchLogs.Kind.AGENT;
            case "system" -> FetchLogs.Kind.SYSTEM;
            default ->
                throw new RequestRefused(
                        400, INVALID_VALUE, "type is '" + name + "': expected one of job, agent, system");
        };
    }
}
