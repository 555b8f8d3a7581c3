package io.slipway.engine.state;

import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.store.StateRows;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Instances as lists show them. Calls block. */
public final class InstanceRows {
    private final StateRows rows;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Hears of rows of this director's entities once they are written. */
    public interface Listener {
        void written(InstanceRow row);

        void gone(String instanceId);
    }

    public InstanceRows(StateRows rows) {
        this.rows = rows;
    }

    public void tell(Listener listener) {
        listeners.add(listener);
    }

    public void write(InstanceRow row, long version) {
        rows.writeInstance(row.id(), row.deployment(), RowJson.text(row), version);
        listeners.forEach(listener -> listener.written(row));
    }

    /**
     * As {@link #write}, by an entity that has just started and has not heard of its agent yet: what was known of the agent of
     * this VM stays.
     */
    public void writeRecovered(InstanceRow row, long version) {
        write(
                rows.instance(row.id())
                        .map(known -> RowJson.parse(known.content(), InstanceRow.class))
                        .filter(known -> known.agentId().equals(row.agentId())
                                && known.vmCid().equals(row.vmCid()))
                        .map(row::withAgentAs)
                        .orElse(row),
                version);
    }

    /** The instance is gone: lists do not show it from now on. */
    public void hide(String id, String deployment, long version) {
        rows.hideInstance(id, deployment, version);
        listeners.forEach(listener -> listener.gone(id));
    }

    /** Nothing is left of a hidden instance: its journal goes, and its row. */
    public void forget(String id) {
        rows.forgetInstance(id);
    }

    /** Of all there are, and of those that are hidden and not forgotten, since a director died in between. */
    public List<String> ids() {
        return rows.instanceIds();
    }

    /** By group and index. */
    public List<InstanceRow> of(String deployment) {
        return rows.instances(deployment).stream()
                .map(row -> RowJson.parse(row.content(), InstanceRow.class))
                .sorted(Comparator.comparing(InstanceRow::group).thenComparing(InstanceRow::index))
                .toList();
    }

    /** Of all deployments, in no order. */
    public List<InstanceRow> all() {
        return rows.instances().stream()
                .map(row -> RowJson.parse(row.content(), InstanceRow.class))
                .toList();
    }
}
