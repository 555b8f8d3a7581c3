package io.slipway.engine.naming;

import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.OrphanDisks.OrphanDisk;
import io.slipway.engine.OrphanedVms.OrphanedVm;
import io.slipway.engine.Rows;
import io.slipway.engine.Tasks.TaskRow;
import java.util.List;

/** Rows; names hear of instances' after they are written. */
record WatchedRows(Rows rows, NameService names) implements Rows {

    @Override
    public void write(TaskRow row, long version) {
        rows.write(row, version);
    }

    @Override
    public void write(DeploymentRow row, long version) {
        rows.write(row, version);
    }

    @Override
    public void deleteDeployment(String name) {
        rows.deleteDeployment(name);
    }

    @Override
    public void write(InstanceRow row, long version) {
        rows.write(row, version);
        names.noticed(row);
    }

    @Override
    public void deleteInstance(String id) {
        rows.deleteInstance(id);
        names.noticedEndOf(id);
    }

    @Override
    public void orphan(OrphanDisk disk) {
        rows.orphan(disk);
    }

    @Override
    public void unorphan(String diskCid) {
        rows.unorphan(diskCid);
    }

    @Override
    public List<String> snapshots(String diskCid) {
        return rows.snapshots(diskCid);
    }

    @Override
    public void forgetSnapshot(String snapshotCid) {
        rows.forgetSnapshot(snapshotCid);
    }

    @Override
    public void orphan(OrphanedVm vm) {
        rows.orphan(vm);
    }

    @Override
    public boolean isHeldByOrphan(String lease) {
        return rows.isHeldByOrphan(lease);
    }
}
