package io.slipway.engine;

/** What a task is. Clients filter by BOSH's name of it; whether it survives a director's death hangs on it, too. */
public enum TaskKind {
    UPDATE_DEPLOYMENT("update_deployment", Fate.GOES_ON),
    UPDATE_INSTANCE("update_instance", Fate.GOES_ON),
    DELETE_DEPLOYMENT("delete_deployment", Fate.GOES_ON),
    RUN_ERRAND("run_errand", Fate.GOES_ON),
    EXPORT_RELEASE("export_release", Fate.GOES_ON),
    RESOLVE_PROBLEMS("cck_apply", Fate.GOES_ON),
    SCAN_AND_FIX("cck_scan_and_fix", Fate.GOES_ON),
    ATTACH_DISK("attach_disk", Fate.GOES_ON),
    ORPHAN_DISK("orphan_disk", Fate.GOES_ON),
    /** A deploy that changes nothing; to BOSH's clients a deploy as any other. */
    DRY_RUN("update_deployment", Fate.ENDS),
    UPDATE_RELEASE("update_release", Fate.ORDERED),
    UPDATE_STEMCELL("update_stemcell", Fate.ORDERED),
    DELETE_RELEASE("delete_release", Fate.ORDERED),
    DELETE_STEMCELL("delete_stemcell", Fate.ORDERED),
    SCAN_PROBLEMS("cck_scan", Fate.ENDS),
    VMS("vms", Fate.ENDS),
    SSH("ssh", Fate.ENDS),
    FETCH_LOGS("fetch_logs", Fate.ENDS),
    SNAPSHOT_DEPLOYMENT("snapshot_deployment", Fate.ENDS),
    CREATE_SNAPSHOT("create_snapshot", Fate.ENDS),
    DELETE_SNAPSHOT("delete_snapshot", Fate.ENDS),
    DELETE_DEPLOYMENT_SNAPSHOTS("delete_deployment_snapshots", Fate.ENDS),
    DELETE_VM("delete_vm", Fate.ENDS),
    DELETE_ORPHAN_DISKS("delete_orphan_disks", Fate.ENDS),
    DELETE_ORPHAN_NETWORKS("delete_orphan_networks", Fate.ENDS),
    CLEAN_UP("delete_artifacts", Fate.ENDS);

    private final String boshName;
    private final Fate fate;

    /** What becomes of a task whose director dies. */
    private enum Fate {
        /** Its deployment's journal has the request: the run is taken up again. */
        GOES_ON,
        /** The database has its order, by which another director does it. */
        ORDERED,
        /** Its work is known to the process alone, and ends with it. */
        ENDS
    }

    TaskKind(String boshName, Fate fate) {
        this.boshName = boshName;
        this.fate = fate;
    }

    /** The type by which clients of BOSH know it. */
    public String boshName() {
        return boshName;
    }

    /** Whether its deployment takes it up again where a director died. */
    public boolean goesOn() {
        return fate == Fate.GOES_ON;
    }
}
