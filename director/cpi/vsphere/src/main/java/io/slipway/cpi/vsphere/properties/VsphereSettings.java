package io.slipway.cpi.vsphere.properties;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the operator says of a vCenter and of what may be done there; the names are those of the BOSH CPI for vSphere.
 *
 * @param host name or address, with a port where it is not 443
 * @param caPem certificates that the vCenter's is verified by; empty: those that Java knows
 * @param diskPath folder of persistent disks on each datastore
 * @param persistentStores where persistent disks may be
 */
public record VsphereSettings(
        String host,
        String user,
        String password,
        String caPem,
        String datacenter,
        List<ClusterWish> clusters,
        String vmFolder,
        String templateFolder,
        String diskPath,
        StoreWish stores,
        StoreWish persistentStores,
        String diskType,
        ScsiController scsiController,
        boolean isCheckingAddresses,
        boolean isSeparatingGroups,
        boolean isHardwareUpgraded,
        boolean hasReadableNames,
        boolean areClonesLinked,
        Optional<String> storagePolicy,
        Limits limits) {

    /** How patient the CPI is, and how much it asks of the vCenter at a time. */
    public record Limits(int mostCalls, Duration call, Duration task, Duration patience) {}

    /** Which SCSI controller a VM gets. */
    public enum ScsiController {
        PARAVIRTUAL,
        /** The one that the stemcell has. */
        LSI_LOGIC,
        LSI_LOGIC_SAS
    }

    public static VsphereSettings of(Map<String, Object> properties) {
        var fields = new Fields("cpi property", properties);
        var datacenters = fields.maps("datacenters");
        if (datacenters.size() != 1) {
            throw fields.wrong("datacenters", datacenters.size() + " data centers", "one data center");
        }
        var datacenter = datacenters.getFirst();
        var clusters = ClusterWish.listOf(datacenter);
        if (clusters.isEmpty()) {
            throw datacenter.wrong("clusters", null, "at least one cluster");
        }
        var settings = new VsphereSettings(
                fields.requiredText("host"),
                fields.requiredText("user"),
                fields.secret("password"),
                fields.map("connection_options").flatMap(VsphereSettings::ca).orElse(""),
                datacenter.requiredText("name"),
                clusters,
                datacenter.text("vm_folder").orElse("BOSH_VMs"),
                datacenter.text("template_folder").orElse("BOSH_Templates"),
                datacenter.text("disk_path").orElse("BOSH_Disks"),
                stores(datacenter, "datastore_pattern", "datastore_cluster_pattern"),
                stores(datacenter, "persistent_datastore_pattern", "persistent_datastore_cluster_pattern"),
                fields.word("default_disk_type", List.of("thin", "preallocated"))
                        .orElse("preallocated"),
                fields.word("default_scsi_controller_type", List.of("paravirtual", "lsi_logic", "lsi_logic_sas"))
                        .map(word -> ScsiController.valueOf(word.toUpperCase(java.util.Locale.ROOT)))
                        .orElse(ScsiController.PARAVIRTUAL),
                fields.flag("ensure_no_ip_conflicts").orElse(true),
                fields.flag("enable_auto_anti_affinity_drs_rules").orElse(false),
                fields.flag("upgrade_hw_version").orElse(false),
                fields.flag("enable_human_readable_name").orElse(false),
                fields.flag("linked_clones").orElse(true),
                fields.text("vm_storage_policy_name"),
                limits(fields));
        datacenter.flag("allow_mixed_datastores");
        datacenter.end();
        fields.refuse("nsx", "NSX-V has ended");
        fields.refuse("nsxt", "this CPI does not speak with NSX yet");
        fields.flag("http_logging").filter(isOn -> isOn).ifPresent(on -> {
            throw fields.wrong("http_logging", on, "false, since requests hold agents' keys");
        });
        fields.end();
        return settings;
    }

    private static Limits limits(Fields fields) {
        return new Limits(
                Math.toIntExact(fields.number("calls_in_flight", 1).orElse(16L)),
                Duration.ofSeconds(fields.number("call_deadline_seconds", 1).orElse(60L)),
                Duration.ofSeconds(fields.number("task_deadline_seconds", 1).orElse(3600L)),
                Duration.ofSeconds(fields.number("patience_seconds", 0).orElse(120L)));
    }

    private static Optional<String> ca(Fields options) {
        var ca = options.text("ca_cert");
        options.end();
        return ca;
    }

    private static StoreWish stores(Fields datacenter, String pattern, String podPattern) {
        return StoreWish.matching(datacenter, pattern, podPattern)
                .orElseThrow(() -> datacenter.wrong(pattern, null, "a regular expression, or '" + podPattern + "'"));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "VsphereSettings[host=" + host + ", user=" + user + ", datacenter=" + datacenter + "]";
    }
}
