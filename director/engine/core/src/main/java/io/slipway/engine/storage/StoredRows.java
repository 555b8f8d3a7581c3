package io.slipway.engine.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.OrphanDisks.OrphanDisk;
import io.slipway.engine.OrphanedVms.OrphanedVm;
import io.slipway.engine.Rows;
import io.slipway.engine.Tasks.OutputType;
import io.slipway.engine.Tasks.State;
import io.slipway.engine.Tasks.TaskFilter;
import io.slipway.engine.Tasks.TaskRow;
import io.slipway.engine.deployment.DeploymentService.DeploymentRows;
import io.slipway.engine.orphan.OrphanDiskStore;
import io.slipway.engine.orphan.OrphanDiskStore.OrphanDiskRow;
import io.slipway.engine.orphan.OrphanedVmStore;
import io.slipway.engine.orphan.OrphanedVmStore.OrphanedVmRow;
import io.slipway.engine.output.TaskOutputs;
import io.slipway.engine.snapshot.SnapshotStore;
import io.slipway.engine.snapshot.SnapshotStore.SnapshotRow;
import io.slipway.engine.store.StateRows;
import io.slipway.engine.store.StateRows.TaskStateRow;
import io.slipway.engine.task.TaskStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tasks', deployments' and instances' rows in the database's tables; what has many fields is kept as JSON. */
public final class StoredRows implements Rows, TaskStore, DeploymentRows {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final Logger LOG = LoggerFactory.getLogger(StoredRows.class);
    /** A task may end before all that it said is stored: who waits for it is told its end. */
    private static final Duration LONGEST_FLUSH = Duration.ofSeconds(20);

    private final StateRows rows;
    private final TaskOutputs outputs;
    private final OrphanDiskStore orphans;
    private final SnapshotStore snapshots;
    private final OrphanedVmStore orphanedVms;

    public StoredRows(
            StateRows rows,
            TaskOutputs outputs,
            OrphanDiskStore orphans,
            SnapshotStore snapshots,
            OrphanedVmStore orphanedVms) {
        this.orphans = orphans;
        this.snapshots = snapshots;
        this.orphanedVms = orphanedVms;
        this.rows = rows;
        this.outputs = outputs;
    }

    @Override
    public void write(TaskRow row, long version) {
        rows.writeTask(
                new TaskStateRow(
                        row.id(),
                        row.state().name(),
                        row.description(),
                        row.user(),
                        row.deployment(),
                        row.contextId(),
                        row.result(),
                        row.startedAt().toEpochMilli(),
                        row.timestamp().toEpochMilli(),
                        TaskTypes.of(row.description())),
                version);
    }

    @Override
    public void write(DeploymentRow row, long version) {
        rows.writeDeployment(row.name(), json(row), version);
    }

    @Override
    public void deleteDeployment(String name) {
        rows.deleteDeployment(name);
    }

    @Override
    public void write(InstanceRow row, long version) {
        rows.writeInstance(row.id(), row.deployment(), json(row), version);
    }

    @Override
    public void deleteInstance(String id) {
        rows.deleteInstance(id);
    }

    @Override
    public void orphan(OrphanDisk disk) {
        orphans.add(new OrphanDiskRow(
                disk.cid(),
                disk.sizeMb(),
                disk.deployment(),
                disk.instance(),
                disk.az(),
                disk.orphanedAt().toEpochMilli(),
                disk.cpi(),
                json(disk.cloudProperties())));
    }

    @Override
    public void unorphan(String diskCid) {
        orphans.remove(diskCid);
    }

    @Override
    public List<String> snapshots(String diskCid) {
        return snapshots.of(List.of(diskCid)).stream().map(SnapshotRow::cid).toList();
    }

    @Override
    public void forgetSnapshot(String snapshotCid) {
        snapshots.remove(snapshotCid);
    }

    @Override
    public void orphan(OrphanedVm vm) {
        orphanedVms.add(new OrphanedVmRow(
                vm.cid(),
                vm.deployment(),
                vm.instance(),
                vm.az(),
                vm.ips(),
                vm.leases(),
                vm.orphanedAt().toEpochMilli(),
                vm.cpi()));
    }

    @Override
    public boolean isHeldByOrphan(String lease) {
        return orphanedVms.list().stream().anyMatch(vm -> vm.leases().contains(lease));
    }

    @Override
    public List<DeploymentRow> deployments() {
        return rows.deployments().stream()
                .map(row -> parse(row.content(), DeploymentRow.class))
                .toList();
    }

    @Override
    public Optional<DeploymentRow> deployment(String name) {
        return rows.deployment(name).map(row -> parse(row.content(), DeploymentRow.class));
    }

    @Override
    public List<InstanceRow> instances(String deployment) {
        return rows.instances(deployment).stream()
                .map(row -> parse(row.content(), InstanceRow.class))
                .sorted(Comparator.comparing(InstanceRow::group).thenComparing(InstanceRow::index))
                .toList();
    }

    /** Of all deployments, in no order. */
    public List<InstanceRow> instances() {
        return rows.instances().stream()
                .map(row -> parse(row.content(), InstanceRow.class))
                .toList();
    }

    @Override
    public long nextTaskId() {
        return rows.nextTaskId();
    }

    @Override
    public Optional<TaskRow> find(long id) {
        return rows.task(id).map(StoredRows::taskOf);
    }

    @Override
    public List<TaskRow> list(TaskFilter filter) {
        return rows
                .tasks(
                        filter.states().stream().map(Enum::name).toList(),
                        filter.deployment(),
                        filter.contextId(),
                        filter.types(),
                        filter.limit())
                .stream()
                .map(StoredRows::taskOf)
                .toList();
    }

    @Override
    public int removeOld(int keptOfEachType) {
        return rows.removeTasks(keptOfEachType);
    }

    @Override
    public void append(long id, OutputType type, byte[] text) {
        outputs.append(id, stored(type), text);
    }

    @Override
    public void flush(long id) {
        if (!outputs.flush(id, LONGEST_FLUSH)) {
            LOG.warn("outputs of task {} are not stored yet; they will be when the database takes them", id);
        }
    }

    @Override
    public byte[] read(long id, OutputType type, long fromByte) {
        return outputs.read(id, stored(type), fromByte);
    }

    private static io.slipway.engine.output.OutputType stored(OutputType type) {
        return switch (type) {
            case EVENT -> io.slipway.engine.output.OutputType.EVENT;
            case DEBUG -> io.slipway.engine.output.OutputType.DEBUG;
            case CPI -> io.slipway.engine.output.OutputType.CPI;
            case RESULT -> io.slipway.engine.output.OutputType.RESULT;
        };
    }

    private static TaskRow taskOf(TaskStateRow row) {
        return new TaskRow(
                row.id(),
                State.valueOf(row.state()),
                row.description(),
                row.user(),
                row.deployment(),
                row.contextId(),
                row.result(),
                Instant.ofEpochMilli(row.startedAt()),
                Instant.ofEpochMilli(row.changedAt()));
    }

    private static String json(Object row) {
        try {
            return JSON.writeValueAsString(row);
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("a row must be plain", notPlain);
        }
    }

    private static <T> T parse(String text, Class<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a row does not parse", broken);
        }
    }
}
