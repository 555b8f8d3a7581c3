package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.simulated.fault.CpiFault;
import io.slipway.cpi.simulated.fault.CpiMethod;
import io.slipway.cpi.simulated.fault.Rule;
import io.slipway.engine.EngineSettings.TaskLimits;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What VMs are tagged with, by manifests and runtime configs. */
class TagsTest {
    private SimulatedDirector director;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT);
    }

    @AfterEach
    void stop() {
        director.close();
    }

    @Test
    void changed_tags_reach_the_vm_that_runs_and_once_only() throws Exception {
        deploy("tags: {owner: me}", "done");
        var first = vm();
        assertThat(first.metadata()).containsEntry("owner", "me").containsEntry("deployment", "d");

        long changed = deploy("tags: {owner: you, deployment: mine}", "done");

        assertThat(vm().cid()).isEqualTo(first.cid());
        assertThat(vm().metadata())
                .containsEntry("owner", "you")
                .containsEntry("deployment", "d")
                .containsEntry("name", first.metadata().get("name"));
        assertThat(events(changed)).contains("Updating instance").doesNotContain("Creating missing vms");
        refuseTagging();
        long same = deploy("tags: {owner: you, deployment: mine}", "done");
        assertThat(events(same)).doesNotContain("Updating instance");
    }

    @Test
    void tags_of_a_runtime_config_are_tags_of_vms() throws Exception {
        deploy("", "done");
        var first = vm();
        director.api().configure("runtime", "tags: {cost: high, owner: all}");

        deploy("tags: {owner: me}", "done");

        assertThat(vm().cid()).isEqualTo(first.cid());
        assertThat(vm().metadata()).containsAllEntriesOf(Map.of("cost", "high", "owner", "me"));
    }

    @Test
    void tags_that_the_infrastructure_did_not_take_are_told_it_again() throws Exception {
        deploy("", "done");
        var refusal = refuseTagging();
        deploy("tags: {owner: me}", "error");
        refusal.lift();

        deploy("tags: {owner: me}", "done");

        assertThat(vm().metadata()).containsEntry("owner", "me");
    }

    private Rule refuseTagging() {
        return director.infrastructure()
                .faults()
                .on(CpiMethod.SET_VM_METADATA)
                .inject(new CpiFault.Fail(new CpiFailure.CloudError("no tags today", false)));
    }

    private VmDescription vm() {
        var vms = director.infrastructure().listVms();
        assertThat(vms).hasSize(1);
        return vms.getFirst();
    }

    private String events(long task) throws Exception {
        return director.api().text("/tasks/" + task + "/output?type=event");
    }

    private long deploy(String tags, String end) throws Exception {
        long task = director.api().deploy(TinyRelease.manifest("d", 1, "one", "small") + tags + "\n");
        var ended = director.api().ended(task);
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo(end);
        return task;
    }
}
