package io.slipway.engine.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.instance.InstanceGoal.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NextStepTest {

    @Test
    void brings_a_new_instance_up_in_the_order_that_jobs_expect() {
        var world = new PaperWorld();

        boolean arrived = world.lead(Specs.goal("g1", Kind.POST_DEPLOYED, Specs.spec("h1", "vm-1", Specs.disk("d1"))));

        assertThat(arrived).isTrue();
        assertThat(world.story)
                .containsExactly(
                        "create vm",
                        "PREPARE",
                        "create disk",
                        "attach disk-of-key-0-g1",
                        "MOUNT_DISK",
                        "APPLY",
                        "PRE_START",
                        "START",
                        "POST_START",
                        "POST_DEPLOY");
    }

    @Test
    void does_nothing_for_what_is_as_it_should_be() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1")));
        world.story.clear();

        world.lead(Specs.goal("g2", Kind.RUNNING, Specs.spec("h1")));

        assertThat(world.story).isEmpty();
    }

    @Test
    void other_tags_are_told_once_and_nothing_else_is_done() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1")));
        world.story.clear();

        world.lead(Specs.goal("g2", Kind.RUNNING, Specs.tagged("h1", Map.of("owner", "me"))));
        world.lead(Specs.goal("g3", Kind.RUNNING, Specs.tagged("h1", Map.of("owner", "me"))));
        world.lead(Specs.goal("g4", Kind.STOPPED, Specs.tagged("h1", Map.of("owner", "you"))));

        assertThat(world.story).containsExactly("tag cid-a1", "tag cid-a1", "PRE_STOP", "DRAIN", "STOP", "POST_STOP");
    }

    @Test
    void a_vm_of_which_no_tags_are_journaled_is_told_them() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1")));
        world.forgetTags();
        world.story.clear();

        world.lead(Specs.goal("g2", Kind.RUNNING, Specs.spec("h1")));

        assertThat(world.story).containsExactly("tag cid-a1");
    }

    @Test
    void stops_jobs_before_it_applies_a_change() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1")));
        world.story.clear();

        world.lead(Specs.goal("g2", Kind.RUNNING, Specs.spec("h2")));

        assertThat(world.story)
                .containsExactly(
                        "PREPARE",
                        "PRE_STOP",
                        "DRAIN",
                        "STOP",
                        "POST_STOP",
                        "APPLY",
                        "PRE_START",
                        "START",
                        "POST_START");
    }

    @Test
    void keeps_the_disk_when_the_vm_is_replaced() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1", "vm-1", Specs.disk("d1"))));
        world.story.clear();

        world.lead(Specs.goal("g2", Kind.RUNNING, Specs.spec("h1", "vm-2", Specs.disk("d1"))));

        assertThat(world.story)
                .startsWith(
                        "PRE_STOP",
                        "DRAIN",
                        "STOP",
                        "POST_STOP",
                        "UNMOUNT_DISK",
                        "detach disk-of-key-0-g1",
                        "delete vm",
                        "create vm",
                        "PREPARE",
                        "attach disk-of-key-0-g1",
                        "MOUNT_DISK");
        assertThat(world.disks).containsExactly("disk-of-key-0-g1");
        assertThat(world.vms).containsExactly("a2");
    }

    @Test
    void moves_data_to_a_disk_of_another_size_and_keeps_the_old_one_as_an_orphan() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1", "vm-1", Specs.disk("d1"))));
        world.story.clear();

        world.lead(Specs.goal("g2", Kind.RUNNING, Specs.spec("h2", "vm-1", Specs.disk("d2"))));

        assertThat(world.story)
                .containsSubsequence("STOP", "create disk", "ADD_DISK", "MIGRATE_DISK", "orphan disk", "START");
        assertThat(world.state.disk(PersistentDisk.Role.ACTIVE))
                .get()
                .extracting(PersistentDisk::fingerprint)
                .isEqualTo("d2");
        assertThat(world.state.disks()).hasSize(1);
    }

    @Test
    void recreates_once_for_a_goal_and_not_again_when_asked_again() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1")));
        world.lead(Specs.recreate("g2", Specs.spec("h1")));
        assertThat(world.vms).containsExactly("a2");

        world.lead(Specs.recreate("g2", Specs.spec("h1")));

        assertThat(world.vms).containsExactly("a2");
    }

    @Test
    void deletes_everything() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1", "vm-1", Specs.disk("d1"))));

        boolean arrived = world.lead(Specs.goal("g2", Kind.DELETED, Specs.spec("")));

        assertThat(arrived).isTrue();
        assertThat(world.vms).isEmpty();
        assertThat(world.disks).isEmpty();
    }

    @Test
    void deletes_a_vm_whose_agent_is_given_up_without_asking_it() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1")));
        world.story.clear();
        world.reach = Reach.GIVEN_UP;

        world.lead(Specs.goal("g2", Kind.DELETED, Specs.spec("")));

        assertThat(world.story).containsExactly("delete vm");
    }

    @Test
    void makes_the_vm_that_takes_over_before_it_lets_the_old_one_go() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1", "vm-1", Specs.disk("d1"))));
        world.story.clear();
        var spec = Specs.spec("h2", "vm-2", Specs.disk("d1"));

        world.lead(Specs.swap("g2", Kind.PREPARED, spec));

        assertThat(world.story).containsExactly("create vm", "PREPARE");
        assertThat(world.vms).containsExactly("a1", "a2");
        world.lead(Specs.swap("g2", Kind.RUNNING, spec));
        assertThat(world.story)
                .containsExactly(
                        "create vm",
                        "PREPARE",
                        "PRE_STOP",
                        "DRAIN",
                        "STOP",
                        "POST_STOP",
                        "UNMOUNT_DISK",
                        "detach disk-of-key-0-g1",
                        "orphan vm",
                        "attach disk-of-key-0-g1",
                        "MOUNT_DISK",
                        "APPLY",
                        "PRE_START",
                        "START",
                        "POST_START");
        assertThat(world.vms).containsExactly("a2");
        assertThat(world.orphans).containsExactly("a1");
    }

    @Test
    void swaps_nothing_where_the_vm_may_stay() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1")));
        world.story.clear();

        world.lead(Specs.swap("g2", Kind.RUNNING, Specs.spec("h2")));

        assertThat(world.story).doesNotContain("create vm", "orphan vm").contains("APPLY");
    }

    @Test
    void deletes_a_vm_that_was_to_take_over_and_is_not_wanted_any_more() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1")));
        world.lead(Specs.swap("g2", Kind.PREPARED, Specs.spec("h2", "vm-2", null)));
        assertThat(world.vms).containsExactly("a1", "a2");

        world.lead(Specs.goal("g3", Kind.RUNNING, Specs.spec("h1")));

        assertThat(world.vms).containsExactly("a1");
        assertThat(world.orphans).isEmpty();
        world.lead(Specs.swap("g4", Kind.PREPARED, Specs.spec("h2", "vm-2", null)));
        world.lead(Specs.goal("g5", Kind.DELETED, Specs.spec("")));
        assertThat(world.vms).isEmpty();
    }

    @Test
    void makes_a_vm_anew_that_was_to_take_over_and_was_never_heard_of() {
        var world = new PaperWorld();
        world.lead(Specs.goal("g1", Kind.RUNNING, Specs.spec("h1")));
        world.lead(Specs.swap("g2", Kind.PREPARED, Specs.spec("h2", "vm-2", null)));
        world.reachOfNext = Reach.AWAITED;

        world.lead(Specs.swap("g3", Kind.RUNNING, Specs.spec("h2", "vm-2", null)));

        assertThat(world.vms).containsExactly("a3");
        assertThat(world.orphans).containsExactly("a1");
    }

    @Test
    void starts_jobs_without_waiting_for_them_where_that_is_asked() {
        var world = new PaperWorld();

        world.lead(Specs.goal("g1", Kind.STARTED, Specs.spec("h1")));

        assertThat(world.story).endsWith("START").doesNotContain("POST_START");
    }

    @Test
    void swaps_whichever_outcome_is_lost_and_loses_no_vm() {
        var create = Specs.goal("g1", Kind.RUNNING, Specs.spec("h1", "vm-1", Specs.disk("d1")));
        var prepare = Specs.swap("g2", Kind.PREPARED, Specs.spec("h2", "vm-2", Specs.disk("d1")));
        var change = Specs.swap("g2", Kind.RUNNING, Specs.spec("h2", "vm-2", Specs.disk("d1")));
        var undisturbed = new PaperWorld();
        undisturbed.lead(create);
        undisturbed.lead(prepare);
        undisturbed.lead(change);

        for (int death = 0; death < undisturbed.acts(); death++) {
            var world = new PaperWorld();
            world.dieAfterAct(death);

            boolean arrived = world.lead(create) && world.lead(prepare) && world.lead(change);

            assertThat(arrived).as("death after act %s", death).isTrue();
            assertThat(world.vms).as("VMs after death at act %s", death).containsExactly("a2");
            assertThat(world.orphans).as("orphans after death at act %s", death).containsExactly("a1");
            assertThat(world.disks).as("disks after death at act %s", death).hasSize(1);
        }
    }

    @Test
    void arrives_whichever_outcome_is_lost() {
        var create = Specs.goal("g1", Kind.POST_DEPLOYED, Specs.spec("h1", "vm-1", Specs.disk("d1")));
        var change = Specs.goal("g2", Kind.POST_DEPLOYED, Specs.spec("h2", "vm-2", Specs.disk("d2")));
        var undisturbed = new PaperWorld();
        undisturbed.lead(create);
        undisturbed.lead(change);

        for (int death = 0; death < undisturbed.acts(); death++) {
            var world = new PaperWorld();
            world.dieAfterAct(death);

            boolean arrived = world.lead(create) && world.lead(change);

            assertThat(arrived).as("death after act %s", death).isTrue();
            assertThat(world.vms).as("VMs after death at act %s", death).hasSize(1);
            assertThat(world.state.disks())
                    .as("disks after death at act %s", death)
                    .hasSize(1);
        }
    }
}
