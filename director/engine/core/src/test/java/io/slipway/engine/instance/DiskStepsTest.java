package io.slipway.engine.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.instance.InstanceGoal.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiskStepsTest {
    private static final String FIRST = "disk-of-key-0-g1";
    private static final DiskOrder IN_PLACE = new DiskOrder(false, true, "", null);
    private static final DiskOrder ANEW = new DiskOrder(true, false, "", null);
    private static final DiskOrder.Adopted OTHER = new DiskOrder.Adopted("other", 32, Map.of(), "d1");

    private final PaperWorld world = new PaperWorld();

    @Test
    void keeps_the_disk_of_a_deleted_instance_as_an_orphan() {
        running(Specs.spec("h1", "vm-1", Specs.disk("d1")));

        boolean arrived = world.lead(Specs.deletion("g2"));

        assertThat(arrived).isTrue();
        assertThat(world.story).containsSubsequence("UNMOUNT_DISK", "detach " + FIRST, "delete vm", "orphan disk");
        assertThat(world.disks).containsExactly(FIRST);
        assertThat(world.orphans).containsExactly(FIRST);
        assertThat(world.state.disks()).isEmpty();
    }

    @Test
    void attaches_a_disk_to_a_stopped_instance_in_the_place_of_its_own() {
        var spec = Specs.spec("h1", "vm-1", Specs.disk("d1"));
        running(spec);
        world.lead(Specs.goal("g2", Kind.STOPPED, spec));
        world.story.clear();

        world.lead(Specs.goal("g3", Kind.STOPPED, spec, DiskOrder.adopt(OTHER)));

        assertThat(world.story)
                .containsExactly(
                        "UNMOUNT_DISK", "detach " + FIRST, "orphan disk", "adopt other", "attach other", "MOUNT_DISK");
        assertThat(world.orphans).containsExactly(FIRST);
        assertThat(world.state.disk(PersistentDisk.Role.ACTIVE).map(PersistentDisk::cid))
                .contains("other");
        world.story.clear();
        world.lead(Specs.goal("g4", Kind.RUNNING, spec));
        assertThat(world.story).containsExactly("PRE_START", "START", "POST_START");
    }

    @Test
    void attaches_a_disk_to_an_instance_without_a_vm_which_mounts_it_when_it_starts() {
        var spec = Specs.spec("h1", "vm-1", Specs.disk("d1"));
        running(spec);
        world.lead(Specs.goal("g2", Kind.DETACHED, spec));
        world.story.clear();

        world.lead(Specs.goal("g3", Kind.DETACHED, spec, DiskOrder.adopt(OTHER)));

        assertThat(world.story).containsExactly("orphan disk", "adopt other");
        world.story.clear();
        world.lead(Specs.goal("g4", Kind.RUNNING, spec));
        assertThat(world.story).startsWith("create vm", "PREPARE", "attach other", "MOUNT_DISK", "APPLY");
    }

    @Test
    void moves_the_data_of_an_attached_disk_that_is_not_as_the_manifest_wants_it() {
        var spec = Specs.spec("h1", "vm-1", Specs.disk("d1"));
        running(spec);
        world.lead(Specs.goal("g2", Kind.STOPPED, spec));
        var unknown = new DiskOrder.Adopted("other", 1, Map.of(), "unknown");
        world.lead(Specs.goal("g3", Kind.STOPPED, spec, DiskOrder.adopt(unknown)));
        world.story.clear();

        world.lead(Specs.goal("g4", Kind.RUNNING, spec));

        assertThat(world.story).containsSubsequence("create disk", "MIGRATE_DISK", "orphan disk", "START");
        assertThat(world.orphans).containsExactly(FIRST, "other");
    }

    @Test
    void lets_a_single_disk_go_and_makes_a_new_one_at_the_next_start() {
        var spec = Specs.spec("h1", "vm-1", Specs.disk("d1"));
        running(spec);
        world.lead(Specs.goal("g2", Kind.STOPPED, spec));
        world.story.clear();

        world.lead(Specs.goal("g3", Kind.STOPPED, spec, DiskOrder.letGo(FIRST)));

        assertThat(world.story).containsExactly("UNMOUNT_DISK", "detach " + FIRST, "orphan disk");
        world.story.clear();
        world.lead(Specs.goal("g4", Kind.RUNNING, spec));
        assertThat(world.story).startsWith("create disk", "attach disk-of-key-0-g4", "MOUNT_DISK");
    }

    @Test
    void has_the_infrastructure_grow_a_disk_while_nothing_uses_it() {
        running(Specs.spec("h1", "vm-1", Specs.disk(64, "")));

        world.lead(Specs.goal("g2", Kind.RUNNING, Specs.spec("h1", "vm-1", Specs.disk(128, "")), IN_PLACE));

        assertThat(world.story)
                .containsExactly(
                        "PRE_STOP",
                        "DRAIN",
                        "STOP",
                        "POST_STOP",
                        "UNMOUNT_DISK",
                        "detach " + FIRST,
                        "grow disk",
                        "attach " + FIRST,
                        "MOUNT_DISK",
                        "PRE_START",
                        "START",
                        "POST_START");
        assertThat(world.state.disks()).singleElement().satisfies(disk -> {
            assertThat(disk.sizeMb()).isEqualTo(128);
            assertThat(disk.fingerprint()).isEqualTo("of 128");
        });
    }

    @Test
    void copies_the_data_where_the_infrastructure_cannot_grow_the_disk() {
        world.growsDisks = false;
        running(Specs.spec("h1", "vm-1", Specs.disk(64, "")));

        world.lead(Specs.goal("g2", Kind.RUNNING, Specs.spec("h1", "vm-1", Specs.disk(128, "")), IN_PLACE));

        assertThat(world.story)
                .containsSubsequence(
                        "grow disk", "attach " + FIRST, "MOUNT_DISK", "create disk", "MIGRATE_DISK", "orphan disk");
        assertThat(world.story.stream().filter("grow disk"::equals)).hasSize(1);
        assertThat(world.state.disks()).extracting(PersistentDisk::sizeMb).containsExactly(128L);
    }

    @Test
    void copies_the_data_to_a_smaller_disk_without_asking_the_infrastructure() {
        running(Specs.spec("h1", "vm-1", Specs.disk(64, "")));

        world.lead(Specs.goal("g2", Kind.RUNNING, Specs.spec("h1", "vm-1", Specs.disk(32, "")), IN_PLACE));

        assertThat(world.story).contains("MIGRATE_DISK").doesNotContain("grow disk");
    }

    @Test
    void makes_another_disk_once_for_a_goal_where_that_is_asked() {
        var spec = Specs.spec("h1", "vm-1", Specs.disk("d1"));
        running(spec);

        world.lead(Specs.goal("g2", Kind.RUNNING, spec, ANEW));
        world.lead(Specs.goal("g2", Kind.POST_DEPLOYED, spec, ANEW));

        assertThat(world.story.stream().filter("MIGRATE_DISK"::equals)).hasSize(1);
        assertThat(world.orphans).containsExactly(FIRST);
        assertThat(world.state.disks()).hasSize(1);
    }

    @Test
    void attaches_disks_with_names_and_tells_the_agent_of_them_without_mounting_them() {
        world.lead(
                Specs.goal("g1", Kind.RUNNING, Specs.withNamed("h1", Specs.disk(64, "data"), Specs.disk(32, "log"))));

        assertThat(world.story)
                .containsSubsequence(
                        "create disk",
                        "attach disk-of-key-0-g1",
                        "ADD_DISK",
                        "create disk",
                        "attach disk-of-key-1-g1",
                        "ADD_DISK",
                        "APPLY",
                        "START")
                .doesNotContain("MOUNT_DISK");
        assertThat(world.state.disks()).extracting(PersistentDisk::name).containsExactly("data", "log");
    }

    @Test
    void replaces_only_the_named_disk_that_changed_and_drops_the_one_that_is_not_wanted() {
        running(Specs.withNamed("h1", Specs.disk(64, "data"), Specs.disk(32, "log"), Specs.disk(16, "old")));

        world.lead(
                Specs.goal("g2", Kind.RUNNING, Specs.withNamed("h2", Specs.disk(128, "data"), Specs.disk(32, "log"))));

        assertThat(world.story).containsSubsequence("POST_STOP", "REMOVE_DISK", "orphan disk", "START");
        assertThat(world.orphans).containsExactlyInAnyOrder(FIRST, "disk-of-key-2-g1");
        assertThat(world.state.disks())
                .extracting(PersistentDisk::name, PersistentDisk::sizeMb)
                .containsExactlyInAnyOrder(
                        org.assertj.core.api.Assertions.tuple("data", 128L),
                        org.assertj.core.api.Assertions.tuple("log", 32L));
    }

    @Test
    void tells_the_agent_of_a_new_vm_all_named_disks_again() {
        running(Specs.withNamed("h1", Specs.disk(64, "data"), Specs.disk(32, "log")));

        world.lead(Specs.recreate("g2", Specs.withNamed("h1", Specs.disk(64, "data"), Specs.disk(32, "log"))));

        assertThat(world.story.stream().filter("ADD_DISK"::equals)).hasSize(2);
        assertThat(world.disks).hasSize(2);
    }

    @Test
    void arrives_whichever_outcome_is_lost_when_disks_change() {
        var small = Specs.spec("h1", "vm-1", Specs.disk(64, ""));
        var large = Specs.spec("h1", "vm-1", Specs.disk(128, ""));
        var goals = List.of(
                Specs.goal("g1", Kind.RUNNING, small),
                Specs.goal("g2", Kind.RUNNING, large, IN_PLACE),
                Specs.goal("g3", Kind.STOPPED, large),
                Specs.goal("g4", Kind.STOPPED, large, DiskOrder.adopt(OTHER)),
                Specs.goal("g5", Kind.RUNNING, large, ANEW),
                Specs.deletion("g6"));
        int acts = led(goals, -1).acts();

        for (int death = 0; death < acts; death++) {
            var after = led(goals, death);

            assertThat(after.vms).as("VMs after death at act %s", death).isEmpty();
            assertThat(after.state.disks())
                    .as("disks after death at act %s", death)
                    .isEmpty();
            assertThat(after.orphans).as("orphans after death at act %s", death).contains(FIRST, "other");
        }
    }

    private static PaperWorld led(List<InstanceGoal> goals, int death) {
        var world = new PaperWorld();
        world.dieAfterAct(death);
        goals.forEach(goal -> assertThat(world.lead(goal))
                .as("death after act %s, goal %s", death, goal.key())
                .isTrue());
        return world;
    }

    private void running(InstanceSpec spec) {
        world.lead(Specs.goal("g1", Kind.RUNNING, spec));
        world.story.clear();
    }
}
