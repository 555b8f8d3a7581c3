package io.slipway.engine.state;

import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.store.StateRows;
import java.util.List;
import java.util.Optional;

/** Deployments as lists show them. Calls block. */
public final class DeploymentRows {
    private final StateRows rows;

    public DeploymentRows(StateRows rows) {
        this.rows = rows;
    }

    public void write(DeploymentRow row, long version) {
        rows.writeDeployment(row.name(), RowJson.text(row), version);
    }

    /** The deployment is gone: lists do not show it from now on. */
    public void hide(String name, long version) {
        rows.hideDeployment(name, version);
    }

    /** Nothing is left of a hidden deployment: its journal goes, and its row. */
    public void forget(String name) {
        rows.forgetDeployment(name);
    }

    /** Names of those that are hidden and not forgotten, since a director died in between. */
    public List<String> hidden() {
        return rows.hiddenDeployments();
    }

    /** By name. */
    public List<DeploymentRow> list() {
        return rows.deployments().stream()
                .map(row -> RowJson.parse(row.content(), DeploymentRow.class))
                .toList();
    }

    public Optional<DeploymentRow> find(String name) {
        return rows.deployment(name).map(row -> RowJson.parse(row.content(), DeploymentRow.class));
    }
}
