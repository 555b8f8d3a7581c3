package io.slipway.cpi.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other users of the machine reach of VMs' files, and that VMs' own users reach what they need. */
class PrivateFilesTest {
    /** A folder that all may pass: what protects the files is not that they lie in somebody's own. */
    private Path open;

    private StepScene scene;

    @BeforeEach
    void open(@TempDir Path probe) throws IOException {
        LocalFixture.skipWhereImpossible(probe);
        open = Files.createTempDirectory(Path.of("/var/tmp"), "slipway-open");
        mode(open, "rwxr-xr-x");
        TinyStemcell.in(open);
        mode(Files.createDirectories(open.resolve("cpi")), "rwxr-xr-x");
        scene = new StepScene(open, UUID.randomUUID().toString(), "10.247.7.");
    }

    @AfterEach
    void purge() {
        if (scene != null) {
            scene.open(Steps.SILENT).purge();
            new Commands().run("rm", "-rf", open.toString());
        }
    }

    @Test
    void no_other_user_reads_disks_snapshots_or_files_of_vms() throws Exception {
        var cpi = scene.open(Steps.SILENT);
        StepOperation.REBOOT_VM.setTheScene(scene, cpi);
        scene.takeSnapshot(cpi);
        secretOfVm();

        assertThat(Stranger.reaches(scene.data())).isEmpty();
        assertThat(Stranger.reaches(rootOfVm())).as("by way of its processes").isEmpty();
    }

    @Test
    void what_an_earlier_director_left_open_is_closed() throws Exception {
        var cpi = scene.open(Steps.SILENT);
        StepOperation.REBOOT_VM.setTheScene(scene, cpi);
        scene.takeSnapshot(cpi);
        secretOfVm();
        Path image = scene.data().resolve("disks/" + scene.diskCid() + "/disk.img");
        Path snapshot = scene.data().resolve("snapshots/" + scene.snapshotCid());
        for (Path folder :
                List.of(scene.data(), scene.data().resolve("disks"), image.getParent(), snapshot.getParent())) {
            mode(folder, "rwxr-xr-x");
        }
        mode(image, "rw-r--r--");
        mode(snapshot, "rw-r--r--");
        assertThat(Stranger.reaches(scene.data())).contains(image.toString(), snapshot.toString());

        scene.open(Steps.SILENT);

        assertThat(Stranger.reaches(scene.data())).isEmpty();
        mode(scene.data(), "rwxr-xr-x");
        assertThat(Stranger.reaches(scene.data()))
                .as("were the outer folder opened again")
                .noneMatch(path -> path.contains("disk") || path.contains("snapshot") || path.contains("/vms/"));
    }

    @Test
    void users_of_a_vm_find_their_files_as_they_do_without_the_directors_umask() throws Exception {
        scene.createStemcell(scene.open(Steps.SILENT));
        assertThat(DyingDirector.runWithUmask("0022", scene, StepOperation.CREATE_VM))
                .isZero();
        var usual = modes();
        scene.open(Steps.SILENT).deleteVm(scene.vmCid());

        assertThat(DyingDirector.runWithUmask("0077", scene, StepOperation.CREATE_VM))
                .isZero();

        assertThat(modes()).isEqualTo(usual).containsEntry("/", "rwxr-xr-x").containsEntry("umask", "0022");
    }

    /** As the agent lays out jobs: readable for the group of vcap, whose number is that of this machine's first user. */
    private void secretOfVm() throws IOException {
        Path jobs = Files.createDirectories(
                scene.data().resolve("vms").resolve(scene.vmCid()).resolve("data/jobs"));
        Path key = Files.writeString(jobs.resolve("ca.key"), "PRIVATE KEY");
        for (Path path : List.of(jobs, key)) {
            mode(path, path.equals(jobs) ? "rwxr-x---" : "rw-r-----");
            Files.setAttribute(path, "unix:gid", 1000);
        }
        new Commands().run("cp", "/bin/sleep", jobs.resolve("setuid").toString());
        new Commands().run("chmod", "4755", jobs.resolve("setuid").toString());
    }

    private Map<String, String> modes() throws IOException {
        Path root = rootOfVm();
        var modes = new LinkedHashMap<String, String>();
        for (String path : List.of(
                "/",
                "/dev",
                "/dev/null",
                "/dev/net",
                "/dev/net/tun",
                "/dev/pts",
                "/dev/shm",
                "/dev/mqueue",
                "/etc",
                "/etc/hostname",
                "/etc/hosts",
                "/etc/machine-id",
                "/etc/resolv.conf",
                "/lib",
                "/lib/modules",
                "/proc",
                "/run",
                "/sys",
                "/sys/fs/cgroup",
                "/tmp",
                "/var",
                "/var/vcap",
                "/var/vcap/bosh",
                "/var/vcap/bosh/agent-settings.json",
                "/var/vcap/data",
                "/var/vcap/data/shared-packages")) {
            Path inside = root.resolve(path.substring(1));
            modes.put(
                    path,
                    Files.exists(inside)
                            ? PosixFilePermissions.toString(Files.getPosixFilePermissions(inside))
                            : "not there");
        }
        for (String line : Files.readAllLines(root.resolveSibling("status"))) {
            if (line.startsWith("Umask:")) {
                modes.put("umask", line.substring("Umask:".length()).strip());
            }
        }
        return modes;
    }

    private Path rootOfVm() {
        var layout = new Layout(scene.data());
        long init = new Containers(new Commands(), layout, new Names(scene.directorUuid()))
                .pid(scene.vmCid())
                .orElseThrow();
        return Path.of("/proc", Long.toString(init), "root");
    }

    private static void mode(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
