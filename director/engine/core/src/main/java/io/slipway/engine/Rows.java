package io.slipway.engine;

import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.OrphanDisks.OrphanDisk;
import io.slipway.engine.OrphanedVms.OrphanedVm;
import io.slipway.engine.Tasks.TaskRow;
import java.util.List;

/**
 * Where entities write the rows that lists are read from. A write blocks; one with an older version than the row's has
 * no effect, so that a late or repeated write does no harm.
 */
public interface Rows {

    void write(TaskRow row, long version);

    void write(DeploymentRow row, long version);

    void deleteDeployment(String name);

    void write(InstanceRow row, long version);

    void deleteInstance(String id);

    /** A disk that an instance lets go; told again, it adds nothing. */
    void orphan(OrphanDisk disk);

    /** A disk is somebody's again. */
    void unorphan(String diskCid);

    /** Cids of the snapshots of a disk. */
    List<String> snapshots(String diskCid);

    void forgetSnapshot(String snapshotCid);

    /** A VM that an instance lets go; told again, it adds nothing. */
    void orphan(OrphanedVm vm);

    /** Whether an address, as {@code subnet id|lease key}, is still an orphaned VM's. */
    boolean isHeldByOrphan(String lease);
}
