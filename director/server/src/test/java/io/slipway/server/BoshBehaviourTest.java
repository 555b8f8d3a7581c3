package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.engine.instance.InstanceEvent;
import io.slipway.protocol.agent.v1.ApplySpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What real releases and manifests lean on, and what is not written in any schema. */
class BoshBehaviourTest {
    private static final String SUBNET = "[{range: 10.70.0.0/16, gateway: 10.70.0.1, azs: [z1], dns: [10.70.0.2]}]";

    private SimulatedDirector director;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT);
    }

    @AfterEach
    void stop() {
        director.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart", "stop", "start", "recreate"})
    void what_floats_floats_at_a_deploy_only(String action) throws Exception {
        director.api().done(director.api().upload("/stemcells", TinyRelease.stemcell("1.20")));
        String manifest = floating("d");
        director.api().done(director.api().deploy(manifest));
        String vm = vm();
        director.api().done(director.api().upload("/stemcells", TinyRelease.stemcell("1.21")));
        director.api().done(director.api().upload("/releases", TinyRelease.version("1.1")));

        director.api().done(director.api().taskOf("/deployments/d/instance_groups/web/0/actions/" + action, ""));

        assertThat(versions("stemcells")).containsExactly("1.20");
        assertThat(versions("releases")).containsExactly("1");
        if (!action.equals("recreate")) {
            assertThat(vm()).isEqualTo(vm);
        }
        director.api().done(director.api().deploy(manifest));
        assertThat(versions("stemcells")).containsExactly("1.21");
        assertThat(versions("releases")).containsExactly("1.1");
    }

    @Test
    void a_deploy_of_what_is_deployed_with_other_states_floats_no_more_than_they_do() throws Exception {
        director.api().done(director.api().upload("/stemcells", TinyRelease.stemcell("1.20")));
        director.api().done(director.api().deploy(floating("d")));
        director.api().done(director.api().upload("/stemcells", TinyRelease.stemcell("1.21")));

        director.api().done(director.api().taskOfPut("/deployments/d/jobs/web?state=recreate", ""));

        assertThat(versions("stemcells")).containsExactly("1.20");
    }

    @Test
    void an_errand_runs_on_the_first_of_a_group_where_that_is_asked_for() throws Exception {
        var api = director.api();
        api.done(api.upload("/releases", TinyRelease.releaseWithErrand("errands", "word")));
        api.done(api.deploy(TinyRelease.manifest("d", 3, "one", "small")
                .replace("releases: [", "releases: [{name: errands, version: latest}, ")
                .replace("jobs: [", "jobs: [{name: check, release: errands}, ")));

        var ended = api.ended(api.taskOf(
                "/deployments/d/errands/check/runs", "{\"instances\":[{\"group\":\"web\",\"id\":\"first\"}]}"));

        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("done");
        var results = api.text("/tasks/" + ended.path("id").asLong() + "/output?type=result")
                .strip()
                .lines()
                .toList();
        String first = api.get("/deployments/d/instances").findValuesAsText("id").stream()
                .sorted()
                .findFirst()
                .orElseThrow();
        assertThat(results).singleElement().asString().contains(first);
    }

    @Test
    void addons_see_the_stemcell_that_the_manifest_names_by_its_name() throws Exception {
        director.api().done(director.api().upload("/releases", TinyRelease.releaseWithErrand("addons", "word")));
        runtime("include: {stemcell: [{os: tiny}]}");
        director.api().done(director.api().deploy(byName("d")));
        assertThat(jobs()).containsExactlyInAnyOrder("web", "check");
        assertThat(director.api().get("/deployments/d/errands").findValuesAsText("name"))
                .contains("check");

        runtime("exclude: {stemcell: [{os: tiny}]}");
        director.api().done(director.api().deploy(byName("d")));

        assertThat(jobs()).containsExactly("web");
        assertThat(director.api().get("/deployments/d/errands").findValuesAsText("name"))
                .doesNotContain("check");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{range: 10.71.0.0/16, gateway: 10.71.0.1, azs: [z1], dns: [10.70.0.2]}]",
                "[{range: 10.70.0.0/16, gateway: 10.70.0.1, azs: [z1], dns: [10.70.0.2], reserved: [10.70.0.2-10.70.0.9]}]",
                "[{range: 10.70.0.0/16, gateway: 10.70.0.1, azs: [z1], dns: [10.70.0.2], static: [10.70.0.2-10.70.0.9]}]",
                "[{range: 10.70.0.0/16, gateway: 10.70.0.1, azs: [z2], dns: [10.70.0.2]},"
                        + " {range: 10.72.0.0/16, gateway: 10.72.0.1, azs: [z1], dns: [10.70.0.2]}]"
            })
    void an_address_that_its_network_has_no_more_is_given_back_for_another(String subnets) throws Exception {
        director.api().done(director.api().deploy(TinyRelease.manifest("d", 1, "one", "small")));
        String before = address();
        assertThat(before).startsWith("10.70.0.");

        director.api()
                .configure(
                        "cloud",
                        TinyRelease.CLOUD_CONFIG
                                .replace(SUBNET, subnets)
                                .replace("azs: [{name: z1}]", "azs: [{name: z1}, {name: z2}]"));
        director.api().done(director.api().deploy(TinyRelease.manifest("d", 1, "one", "small")));

        assertThat(address()).isNotEqualTo(before);
        var story = new JournalStory();
        story.read(director.crashPoints());
        assertThat(List.of(story.leased("10.70"), story.leased("10.71"), story.leased("10.72")))
                .as("all leases")
                .allMatch(leases -> leases.isEmpty() || leases.contains(addressOrFail()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "((missing))"})
    void an_address_that_a_wider_range_still_has_stays_leased(String text) throws Exception {
        var api = director.api();
        api.configure("cloud", TinyRelease.CLOUD_CONFIG.replace("10.70.0.0/16", "10.70.0.0/24"));
        director.api().done(api.deploy(TinyRelease.manifest("d", 3, "one", "small")));
        var before = addresses();

        api.configure("cloud", TinyRelease.CLOUD_CONFIG.replace("10.70.0.0/16", "10.70.0.0/23"));
        api.ended(api.deploy(TinyRelease.manifest("d", 3, text, "small")));
        director.api().done(api.deploy(TinyRelease.manifest("other", 3, "one", "small")));

        assertThat(addresses()).isEqualTo(before);
        assertThat(api.get("/deployments/other/instances").findValuesAsText("ips"))
                .hasSize(3);
        var story = new JournalStory();
        story.read(director.crashPoints());
        assertThat(story.leased("10.70")).as("all leases").hasSize(6).containsAll(before);
    }

    private List<String> addresses() throws Exception {
        var addresses = new ArrayList<String>();
        director.api()
                .get("/deployments/d/instances")
                .forEach(instance -> addresses.add(instance.at("/ips/0").asText()));
        return addresses;
    }

    private String addressOrFail() {
        try {
            return address();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static String floating(String deployment) {
        return TinyRelease.manifest(deployment, 1, "one", "small")
                .replace("os: tiny, version: '1'", "os: tiny, version: 1.latest")
                .replace("{name: tiny, version: '1'}", "{name: tiny, version: latest}");
    }

    private static String byName(String deployment) {
        return TinyRelease.manifest(deployment, 1, "one", "small").replace("os: tiny, version", "name: tiny, version");
    }

    private void runtime(String placement) throws Exception {
        director.api()
                .configure(
                        "runtime",
                        "releases: [{name: addons, version: '1'}]\naddons: [{name: a, jobs: [{name: check, release:"
                                + " addons}], " + placement + "}]\n");
    }

    /** Of the spec that the instance was last asked to be. */
    private List<String> jobs() throws Exception {
        byte[] spec = director.crashPoints().all().stream()
                .filter(written -> written.event() instanceof InstanceEvent.GoalSet)
                .map(written ->
                        ((InstanceEvent.GoalSet) written.event()).goal().spec().applySpec())
                .reduce((first, second) -> second)
                .orElseThrow();
        return ApplySpec.parseFrom(spec).getJobsList().stream()
                .map(job -> job.getName())
                .toList();
    }

    private String vm() throws Exception {
        return director.api().get("/deployments/d/instances").at("/0/cid").asText();
    }

    private String address() throws Exception {
        return director.api().get("/deployments/d/instances").at("/0/ips/0").asText();
    }

    private List<String> versions(String of) throws Exception {
        return director.api().get("/deployments").at("/0/" + of).findValuesAsText("version");
    }
}
