package io.slipway.agent.layout;

import java.nio.file.Path;

/**
 * BOSH's directory layout below a root. The root is {@code /} on a VM and a temporary directory in tests; every path
 * that the agent touches comes from here.
 */
public record Layout(Path root) {
    public static Layout at(Path root) {
        return new Layout(root.toAbsolutePath().normalize());
    }

    private Path vcap(String path) {
        return root.resolve("var/vcap").resolve(path);
    }

    public Path settingsFile() {
        return vcap("bosh/agent-settings.json");
    }

    public Path specFile() {
        return vcap("bosh/spec.pb");
    }

    /** The renewed certificate with its key, in the place of those in the settings. */
    public Path identityFile() {
        return vcap("bosh/agent-identity.json");
    }

    public Path disksFile() {
        return vcap("bosh/disks.json");
    }

    public Path commandJournal() {
        return vcap("bosh/commands");
    }

    public Path agentLogs() {
        return vcap("bosh/log");
    }

    /** On a file system that a boot empties: the boot id, and monit's control files. */
    public Path volatileState() {
        return root.resolve("run/slipway");
    }

    public Path bootIdFile() {
        return volatileState().resolve("boot-id");
    }

    public Path data() {
        return vcap("data");
    }

    public Path temporary() {
        return vcap("data/tmp");
    }

    public Path jobBundles() {
        return vcap("data/jobs");
    }

    public Path packageBundles() {
        return vcap("data/packages");
    }

    /** Compiled packages that the CPI shares with this VM, unpacked, one folder for each digest. */
    public Path sharedPackages() {
        return vcap("data/shared-packages");
    }

    public Path compileWorkspace() {
        return vcap("data/compile");
    }

    public Path jobs() {
        return vcap("jobs");
    }

    public Path job(String name) {
        return jobs().resolve(name);
    }

    public Path packages() {
        return vcap("packages");
    }

    public Path systemLogs() {
        return vcap("data/sys/log");
    }

    public Path systemRun() {
        return vcap("data/sys/run");
    }

    /** The conventional address of {@link #systemLogs()} and {@link #systemRun()}, by a link. */
    public Path sys() {
        return vcap("sys");
    }

    public Path store() {
        return vcap("store");
    }

    /** Where jobs find the devices of disks that have names. */
    public Path namedDisks() {
        return vcap("instance/disks");
    }

    public Path storeMigration() {
        return vcap("store_migration_target");
    }

    public Path monitFolder() {
        return vcap("monit");
    }

    /** What monit includes: files are here only while jobs are meant to run. */
    public Path monitJobs() {
        return vcap("monit/job");
    }

    /** Present while jobs are meant to be stopped, as in BOSH. */
    public Path stoppedMarker() {
        return vcap("monit/stopped");
    }

    public Path monitSocket() {
        return volatileState().resolve("monit.sock");
    }

    public Path monitPidFile() {
        return volatileState().resolve("monit.pid");
    }

    public Path monitPassword() {
        return volatileState().resolve("monit.password");
    }

    public Path instanceFolder() {
        return vcap("instance");
    }

    public Path dnsRecords() {
        return vcap("instance/dns/records.json");
    }

    /** Which instances are unwell, as the director last said. */
    public Path dnsHealth() {
        return vcap("instance/dns/health.json");
    }

    public Path resolvConf() {
        return root.resolve("etc/resolv.conf");
    }

    /** False in rehearsals and tests, where the machine belongs to somebody else. */
    public boolean isWholeMachine() {
        return root.getParent() == null;
    }

    public Path sshHomes() {
        return vcap("bosh_ssh");
    }

    public Path hostKey() {
        return root.resolve("etc/ssh/ssh_host_ed25519_key.pub");
    }

    public Path varLog() {
        return root.resolve("var/log");
    }
}
