package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.slipway.server.BoshCommand.Ran;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each command of the real {@code bosh} that speaks to a director, against three behind one address, while one after the other
 * leaves and comes back, all the time. None fails.
 */
@Tag("soak")
class BoshCommandsTest {
    private static final int ROUNDS = Integer.getInteger("bosh.rounds", 3);

    private final AtomicInteger restarts = new AtomicInteger();

    @Test
    void none_fails_while_directors_are_restarted_one_by_one(@TempDir Path folder) throws Exception {
        try (var database = Postgresql.start();
                var cluster = DirectorCluster.start(folder, database.settings(), 3);
                var address = OneAddress.before(cluster.ports())) {
            var node = cluster.node(0);
            var bosh = BoshCommand.against(
                    address.port(),
                    node.caFile(),
                    "admin",
                    DirectorCluster.PASSWORD,
                    Files.createDirectories(folder.resolve("operator")));
            var work = new Work(bosh, folder.resolve("operator"));
            var isOver = new AtomicBoolean();
            var restarting = CompletableFuture.runAsync(() -> restart(cluster, isOver));
            try {
                for (int round = 1; round <= ROUNDS; round++) {
                    work.round(round);
                }
            } finally {
                isOver.set(true);
                restarting.get(180, TimeUnit.SECONDS);
            }

            System.out.printf(
                    "%d calls of bosh, %d retries of its own, %d restarts of directors%n",
                    bosh.ran().size(),
                    bosh.ran().stream().mapToLong(Ran::retries).sum(),
                    restarts.get());
            assertThat(restarts).hasValueGreaterThanOrEqualTo(3);
            assertThat(bosh.ran()).filteredOn(ran -> ran.exit() != 0).isEmpty();
        }
    }

    private void restart(DirectorCluster cluster, AtomicBoolean isOver) {
        try {
            while (!isOver.get()) {
                for (int i = 0; i < cluster.size() && !isOver.get(); i++) {
                    cluster.node(i).leave();
                    cluster.node(i).start();
                    restarts.incrementAndGet();
                }
            }
        } catch (Exception failure) {
            throw new AssertionError("a director does not come back", failure);
        }
    }

    /** What an operator does. */
    private record Work(BoshCommand bosh, Path folder) {
        private static final String RUNTIME = "releases: []\n";

        void round(int round) throws Exception {
            configs(round);
            uploads(round);
            deployment(round);
            lookAround();
            changeInstances();
            disks();
            repair();
            leave(round);
        }

        private void configs(int round) throws Exception {
            write("cloud.yml", TinyRelease.CLOUD_CONFIG);
            write("runtime.yml", RUNTIME);
            write("other.yml", "azs: []\nround: " + round + "\n");
            bosh.run("environment");
            bosh.run("log-in");
            bosh.run("curl", "/info");
            bosh.run("update-cloud-config", "cloud.yml");
            bosh.run("cloud-config");
            bosh.run("update-runtime-config", "runtime.yml");
            bosh.run("runtime-config");
            bosh.run("update-config", "--type=mine", "--name=one", "other.yml");
            bosh.run("config", "--type=mine", "--name=one");
            var ids = bosh.rows("configs", "--recent=2");
            String id = ids.getFirst().path("id").asText().replace("*", "");
            bosh.run("diff-config", "--from-id=" + id, "--to-id=" + id);
            bosh.run("delete-config", "--type=mine", "--name=one");
            bosh.run("log-out");
        }

        private void uploads(int round) throws Exception {
            Files.write(folder.resolve("stemcell.tgz"), TinyRelease.stemcell("9." + round));
            Files.write(folder.resolve("release.tgz"), TinyRelease.releaseOf("loaded", "9." + round));
            if (round == 1) {
                Files.write(folder.resolve("shop.tgz"), TinyRelease.releaseWithErrand("shop", "goods"));
            }
            bosh.run("upload-stemcell", "stemcell.tgz");
            bosh.run("stemcells");
            bosh.run("upload-release", "release.tgz");
            bosh.run("upload-release", "shop.tgz");
            byte[] remote = TinyRelease.releaseOf("remote", "9." + round);
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                exchange.sendResponseHeaders(200, remote.length);
                exchange.getResponseBody().write(remote);
                exchange.close();
            });
            server.start();
            try {
                bosh.run(
                        "upload-release",
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/remote.tgz");
            } finally {
                server.stop(0);
            }
            bosh.run("releases");
            bosh.run("inspect-release", "loaded/9." + round);
        }

        private void deployment(int round) throws Exception {
            write(
                    "shop.yml",
                    TinyRelease.manifest("shop", "shop", 3)
                                    .replace(
                                            "jobs: [{name: web, release: shop,",
                                            "jobs: [{name: check, release: shop}, {name: web, release: shop,")
                                    .replace("text: one", "text: ((word))-" + round)
                            + "variables: [{name: word, type: password}]\n");
            bosh.run("-d", "shop", "deploy", "--dry-run", "shop.yml");
            bosh.run("-d", "shop", "deploy", "shop.yml");
            bosh.run("-d", "shop", "deploy", "--recreate", "shop.yml");
            bosh.run("deployments");
            bosh.run("-d", "shop", "deployment");
            bosh.run("-d", "shop", "manifest");
        }

        private void lookAround() throws Exception {
            bosh.run("vms");
            bosh.run("-d", "shop", "vms", "--vitals");
            bosh.run("instances");
            bosh.run("-d", "shop", "instances", "--ps", "--details");
            bosh.run("tasks");
            var recent = bosh.rows("tasks", "--recent=5", "--all");
            String task = recent.getLast().path("id").asText();
            bosh.run("task", task);
            bosh.run("task", task, "--debug");
            bosh.run("task", task, "--cpi");
            bosh.run("task", task, "--result");
            bosh.run("locks");
            var events = bosh.rows("events");
            bosh.run("event", events.getFirst().path("id").asText().replaceAll(" .*", ""));
            bosh.run("-d", "shop", "variables");
            bosh.run("networks", "--orphaned");
            bosh.run("orphaned-vms");
            bosh.run("-d", "shop", "errands");
            bosh.run("-d", "shop", "run-errand", "check");
            bosh.run("-d", "shop", "run-errand", "check", "--instance=web/0");
            bosh.run("-d", "shop", "run-errand", "check", "--instance=web/first");
            bosh.run("-d", "shop", "logs");
            bosh.run("-d", "shop", "logs", "web/0");
            bosh.run("-d", "shop", "ssh", "web/0", "-c", "true");
            bosh.run("-d", "shop", "ssh", "-r", "-c", "true");
            bosh.run("-d", "shop", "scp", "shop.yml", "web/0:/tmp/shop.yml");
            bosh.run("-d", "shop", "export-release", "shop/1", "tiny/1");
            bosh.run("cancel-tasks");
        }

        private void changeInstances() throws Exception {
            bosh.run("-d", "shop", "stop", "web/0");
            bosh.run("-d", "shop", "start", "web/0");
            bosh.run("-d", "shop", "stop", "--hard", "web");
            bosh.run("-d", "shop", "start", "web");
            bosh.run("-d", "shop", "restart");
            bosh.run("-d", "shop", "recreate", "web/1");
            bosh.run("-d", "shop", "recreate");
            String one = bosh.rows("-d", "shop", "instances")
                    .getFirst()
                    .path("instance")
                    .asText();
            bosh.run("-d", "shop", "ignore", one);
            bosh.run("-d", "shop", "unignore", one);
        }

        private void disks() throws Exception {
            String one = bosh.rows("-d", "shop", "instances")
                    .getFirst()
                    .path("instance")
                    .asText();
            bosh.run("-d", "shop", "take-snapshot", one);
            bosh.run("-d", "shop", "take-snapshot");
            var snapshots = bosh.rows("-d", "shop", "snapshots");
            bosh.run(
                    "-d",
                    "shop",
                    "delete-snapshot",
                    snapshots.getFirst().path("cid").asText());
            bosh.run("-d", "shop", "delete-snapshots");
            bosh.run("-d", "shop", "stop", one, "--hard");
            String disk = bosh.rows("-d", "shop", "instances", "--details").stream()
                    .filter(row -> row.path("instance").asText().equals(one))
                    .map(row -> row.path("disk_cids").asText())
                    .findFirst()
                    .orElseThrow();
            bosh.run("-d", "shop", "orphan-disk", disk);
            bosh.run("disks", "--orphaned");
            bosh.run("-d", "shop", "attach-disk", one, disk);
            bosh.run("-d", "shop", "start", one);
        }

        private void repair() throws Exception {
            bosh.run("update-resurrection", "off");
            bosh.run("-d", "shop", "cloud-check", "--report");
            String vm = bosh.rows("-d", "shop", "vms").getFirst().path("vm_cid").asText();
            bosh.run("-d", "shop", "delete-vm", vm);
            bosh.run("-d", "shop", "cloud-check", "--auto");
            bosh.run("update-resurrection", "on");
        }

        private void leave(int round) throws Exception {
            bosh.run("-d", "shop", "delete-deployment");
            bosh.run("-d", "shop", "delete-deployment", "--force");
            var orphans = bosh.rows("disks", "--orphaned");
            bosh.run("delete-disk", orphans.getFirst().path("disk_cid").asText());
            bosh.run("delete-release", "loaded/9." + round);
            bosh.run("delete-release", "remote");
            bosh.run("delete-stemcell", "tiny/9." + round);
            bosh.run("clean-up");
            bosh.run("clean-up", "--all", "--dry-run");
        }

        private void write(String file, String content) throws Exception {
            Files.writeString(folder.resolve(file), content);
        }
    }
}
