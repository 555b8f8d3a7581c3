package io.slipway.engine.cleanup;

import io.slipway.cpi.CallContext;
import io.slipway.engine.Audit;
import io.slipway.engine.Cpis;
import io.slipway.engine.OrphanedVm;
import io.slipway.store.orphan.OrphanedVmStore;
import io.slipway.store.orphan.OrphanedVmStore.OrphanedVmRow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Orphaned VMs as callers see them, and their end. */
public final class OrphanedVmService {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanedVmService.class);

    private final OrphanedVmStore store;
    private final Cpis cpis;
    private final Consumer<String> addresses;
    private final Audit audit;

    /** @param addresses ends leases of addresses, given as {@code network|address|key} */
    public OrphanedVmService(OrphanedVmStore store, Cpis cpis, Consumer<String> addresses, Audit audit) {
        this.store = store;
        this.cpis = cpis;
        this.addresses = addresses;
        this.audit = audit;
    }

    public List<OrphanedVm> list() {
        return store.list().stream().map(OrphanedVmService::of).toList();
    }

    /** The row goes last, so that what was not done is known; all of it may be done again. */
    void remove(OrphanedVm vm, String user, CallContext asker) {
        cpis.of(vm.cpi(), asker).deleteVm(vm.cid());
        vm.leases().forEach(addresses);
        audit.record(new Audit.Fact(
                "delete-orphan/" + vm.cid(),
                user,
                "",
                "delete",
                "vm",
                vm.cid(),
                "",
                vm.deployment(),
                vm.instance(),
                "",
                Map.of()));
        store.remove(vm.cid());
    }

    /** Deletes all; to be called now and then. What cannot be deleted stays for the next time. */
    public void removeAll() {
        for (OrphanedVm vm : list()) {
            try {
                remove(vm, "", CallContext.SILENT);
                LOG.info("orphaned VM {} of {} is deleted", vm.cid(), vm.instance());
            } catch (RuntimeException failure) {
                LOG.warn("orphaned VM {} cannot be deleted: {}", vm.cid(), failure.getMessage());
            }
        }
    }

    private static OrphanedVm of(OrphanedVmRow row) {
        return new OrphanedVm(
                row.cid(),
                row.deployment(),
                row.instance(),
                row.az(),
                row.ips(),
                row.leases(),
                Instant.ofEpochMilli(row.orphanedAt()),
                row.cpi());
    }
}
