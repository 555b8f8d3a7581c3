package io.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.disk.Disks;
import io.slipway.agent.disk.Mounts;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.process.Program;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real loop devices and file systems. */
class DisksTest {
    private static final long MIB = 1024 * 1024;

    private final List<String> devices = new ArrayList<>();
    private Layout layout;
    private Disks disks;

    @BeforeEach
    void makeDisks(@TempDir Path root) throws Exception {
        layout = Layout.at(root);
        disks = new Disks(layout);
    }

    @AfterEach
    void removeDevices() throws Exception {
        Program.of("umount", layout.store().toString()).run();
        Program.of("umount", layout.storeMigration().toString()).run();
        for (var device : devices) {
            Program.of("losetup", "-d", device).run();
        }
    }

    @Test
    void formats_a_blank_disk_once_and_grows_it_when_it_has_grown() throws Exception {
        var device = attach("one.img", 32);
        disks.mount("disk-1", device, "");
        Files.writeString(layout.store().resolve("kept"), "content");
        var small = Files.getFileStore(layout.store()).getTotalSpace();

        disks.mount("disk-1", device, "");
        disks.unmount("disk-1");
        assertThat(disks.mountedCids()).isEmpty();
        resize("one.img", 96);
        Program.of("losetup", "-c", device).mustSucceed();
        disks.mount("disk-1", device, "");

        assertThat(layout.store().resolve("kept")).hasContent("content");
        assertThat(Files.getFileStore(layout.store()).getTotalSpace()).isGreaterThan(2 * small);
        assertThat(disks.mountedCids()).containsExactly("disk-1");
    }

    @Test
    void mounts_again_after_a_boot_what_was_mounted_before() throws Exception {
        disks.mount("disk-1", attach("one.img", 32), "");
        Program.of("umount", layout.store().toString()).mustSucceed();

        new Disks(layout).remountAll();

        assertThat(Mounts.isMounted(layout.store())).isTrue();
    }

    @Test
    void migrates_the_store_to_another_disk() throws Exception {
        disks.mount("disk-1", attach("one.img", 32), "");
        Files.createDirectories(layout.store().resolve("etcd"));
        Files.writeString(layout.store().resolve("etcd/data"), "kept");
        disks.add("disk-2", attach("two.img", 64), "");

        disks.migrate("disk-1", "disk-2");
        disks.migrate("disk-1", "disk-2");

        assertThat(disks.mountedCids()).containsExactly("disk-2");
        assertThat(layout.store().resolve("etcd/data")).hasContent("kept");
        disks.remove("disk-1");
    }

    @Test
    void shows_a_disk_with_a_name_by_a_link_until_it_is_removed() throws Exception {
        var link = layout.namedDisks().resolve("data");
        disks.add("disk-1", "/dev/one", "data");
        disks.add("disk-1", "/dev/one", "data");
        assertThat(link).isSymbolicLink().matches(path -> target(path).equals("/dev/one"));
        Files.delete(link);

        new Disks(layout).remountAll();

        assertThat(link).matches(path -> target(path).equals("/dev/one"));
        disks.add("disk-2", "/dev/two", "data");
        disks.remove("disk-1");
        assertThat(link).matches(path -> target(path).equals("/dev/two"));
        disks.remove("disk-2");
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(disks.mountedCids()).isEmpty();
    }

    @Test
    void refuses_a_name_that_leads_elsewhere() {
        assertThatThrownBy(() -> disks.add("disk-1", "/dev/one", "../etc"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("'../etc'");
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException missing) {
            return "";
        }
    }

    private String attach(String name, long mib) throws Exception {
        resize(name, mib);
        var losetup = Program.of(
                        "losetup", "-f", "--show", layout.root().resolve(name).toString())
                .run();
        assumeTrue(losetup.exitCode() == 0, "needs root and a free loop device: " + losetup.stderr());
        devices.add(losetup.stdout().strip());
        return losetup.stdout().strip();
    }

    private void resize(String name, long mib) throws Exception {
        try (var file = new RandomAccessFile(layout.root().resolve(name).toFile(), "rw")) {
            file.setLength(mib * MIB);
        }
    }
}
