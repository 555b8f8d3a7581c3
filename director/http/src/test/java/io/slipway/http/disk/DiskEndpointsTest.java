package io.slipway.http.disk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.DiskChanges.Attachment;
import io.slipway.http.DirectorApi;
import io.slipway.http.auth.Users;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.HttpCredentials;
import org.apache.pekko.stream.Materializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The requests that the bosh CLI sends about disks and snapshots. */
class DiskEndpointsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ActorSystem SYSTEM = ActorSystem.create("test");

    private final PaperDisks disks = new PaperDisks();
    private final DirectorApi api = new DirectorApi(
            new DirectorApi.DirectorInfo("test", "uuid", "1", "simulated"),
            new Users(List.of(
                    new Users.Credential("admin", "secret", "admin"),
                    new Users.Credential("reader", "secret", "readonly"))),
            List.of(),
            List.of(
                    new DiskEndpoints(disks, disks, Runnable::run),
                    new SnapshotEndpoints(disks.new PaperSnapshots(), Runnable::run)),
            java.util.Optional::empty,
            () -> "",
            (method, path, status, took) -> {},
            Materializer.createMaterializer(SYSTEM),
            Runnable::run);

    @AfterAll
    static void stopSystem() throws Exception {
        SYSTEM.terminate();
        SYSTEM.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void lists_orphan_disks() throws Exception {
        assertThat(json(call(HttpMethods.GET, "/disks"))).isEqualTo(JSON.readTree("""
                [{"disk_cid": "d;1", "size": 64, "az": "z1", "deployment_name": "dep", "instance_name": "web/u",
                  "cloud_properties": {"type": "ssd"}, "orphaned_at": "2026-01-02 12:00:00 UTC"}]"""));
    }

    @Test
    void attaches_a_disk_whose_cid_is_anything() throws Exception {
        var answer = call(HttpMethods.PUT, "/disks/d%3B1/attachments?deployment=dep&instance_id=u&job=web");

        assertThat(answer.status().intValue()).isEqualTo(302);
        assertThat(answer.getHeader("Location").orElseThrow().value()).isEqualTo("/tasks/1");
        assertThat(disks.asked).containsExactly(new Attachment("d;1", "dep", "web", "u", false));
    }

    @Test
    void takes_an_attached_disk_to_be_like_the_present_one_where_that_is_asked() throws Exception {
        call(HttpMethods.PUT, "/disks/d/attachments?deployment=dep&instance_id=u&job=web&disk_properties=copy");

        assertThat(disks.asked).containsExactly(new Attachment("d", "dep", "web", "u", true));
    }

    @Test
    void says_what_an_attachment_lacks() throws Exception {
        refused("/disks/d/attachments?deployment=dep&job=web", "instance_id is missing");
        refused("/disks/d/attachments?job=web&instance_id=u", "deployment is missing");
        refused(
                "/disks/d/attachments?deployment=dep&job=web&instance_id=u&disk_properties=odd",
                "disk_properties is 'odd'");
        assertThat(disks.asked).isEmpty();
    }

    @Test
    void deletes_an_orphan_and_makes_one() throws Exception {
        call(HttpMethods.DELETE, "/disks/d");
        call(HttpMethods.DELETE, "/disks/d?orphan=false");
        call(HttpMethods.DELETE, "/disks/d?orphan=true");

        assertThat(disks.asked).containsExactly("delete d", "delete d", "orphan d");
    }

    @Test
    void lists_snapshots_of_a_deployment_and_of_an_instance() throws Exception {
        assertThat(json(call(HttpMethods.GET, "/deployments/dep/snapshots")).path(0))
                .isEqualTo(JSON.readTree("""
                {"job": "web", "index": 0, "uuid": "u0", "snapshot_cid": "s1",
                 "created_at": "2026-01-02 12:00:00 UTC", "clean": false}"""));
        assertThat(json(call(HttpMethods.GET, "/deployments/dep/jobs/web/1/snapshots"))
                        .findValuesAsText("snapshot_cid"))
                .containsExactly("s2");
    }

    @Test
    void takes_and_deletes_snapshots() throws Exception {
        call(HttpMethods.POST, "/deployments/dep/snapshots");
        call(HttpMethods.POST, "/deployments/dep/jobs/web/0/snapshots");
        call(HttpMethods.DELETE, "/deployments/dep/snapshots");
        call(HttpMethods.DELETE, "/deployments/dep/snapshots/s%2F1");

        assertThat(disks.asked)
                .containsExactly(
                        "snapshots of dep",
                        "snapshot of dep web/0",
                        "delete snapshots of dep",
                        "delete snapshot s/1 of dep");
    }

    @Test
    void shows_and_does_nothing_to_readers() throws Exception {
        assertThat(statusForReaders(HttpMethods.GET, "/disks")).isEqualTo(401);
        assertThat(statusForReaders(HttpMethods.DELETE, "/disks/d")).isEqualTo(401);
        assertThat(statusForReaders(HttpMethods.GET, "/deployments/dep/snapshots"))
                .isEqualTo(401);
        assertThat(statusForReaders(HttpMethods.POST, "/deployments/dep/snapshots"))
                .isEqualTo(401);
        assertThat(disks.asked).isEmpty();
    }

    private int statusForReaders(HttpMethod method, String path) throws Exception {
        return callAs("reader", method, path).status().intValue();
    }

    private void refused(String path, String description) throws Exception {
        var answer = call(HttpMethods.PUT, path);
        assertThat(answer.status().intValue()).isEqualTo(400);
        assertThat(json(answer).path("code").asInt()).isEqualTo(40005);
        assertThat(json(answer).path("description").asText()).startsWith(description);
    }

    private HttpResponse call(HttpMethod method, String path) throws Exception {
        return callAs("admin", method, path);
    }

    private HttpResponse callAs(String user, HttpMethod method, String path) throws Exception {
        var request = HttpRequest.create("http://director" + path)
                .withMethod(method)
                .addCredentials(HttpCredentials.createBasicHttpCredentials(user, "secret"));
        return api.apply(request).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static JsonNode json(HttpResponse answer) throws Exception {
        return JSON.readTree(answer.entity()
                .toStrict(20_000, Materializer.createMaterializer(SYSTEM))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .getData()
                .utf8String());
    }
}
