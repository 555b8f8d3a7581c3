package io.slipway.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.instance.InstanceSpec;
import io.slipway.engine.plan.GroupUpdate;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PlannedGroup;
import io.slipway.engine.plan.PlannedInstance;
import io.slipway.model.manifest.WatchTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpdateWaveTest {
    private static final WatchTime WATCH = new WatchTime(Duration.ofMillis(1), Duration.ofSeconds(1));

    @Test
    void goes_az_by_az_beginning_where_the_bootstrap_instance_is() {
        var changed = List.of(
                instance("a", "z1", false),
                instance("b", "z2", true),
                instance("c", "z1", false),
                instance("d", "z2", false));

        var waves = UpdateWave.of(update("1", "2", false), changed, true);

        assertThat(waves).extracting(wave -> ids(wave.canaries())).containsExactly(List.of("b"), List.of());
        assertThat(waves).extracting(wave -> ids(wave.others())).containsExactly(List.of("d"), List.of("a", "c"));
    }

    @Test
    void updates_all_azs_at_once_only_on_a_first_deploy_that_asks_for_it() {
        var changed = List.of(instance("a", "z1", true), instance("b", "z2", false));
        var update = update("0", "5", true);

        assertThat(UpdateWave.of(update, changed, true)).hasSize(1);
        assertThat(UpdateWave.of(update, changed, false)).hasSize(2);
    }

    @Test
    void counts_percentages_of_a_wave_rounded_down_and_updates_at_least_one_at_a_time() {
        var changed = List.of(instance("a", "", true), instance("b", "", false), instance("c", "", false));

        var wave = UpdateWave.of(update("50%", "30%", false), changed, false).getFirst();

        assertThat(wave.canaries()).hasSize(1);
        assertThat(wave.atATime()).isEqualTo(1);
        assertThat(update("1", "70%", false).maxInFlightOf(10)).isEqualTo(7);
        assertThat(update("200%", "1", false).canariesOf(3)).isEqualTo(3);
        assertThat(update("9", "1", false).canariesOf(3)).isEqualTo(3);
    }

    @Test
    void keeps_groups_that_are_not_serial_together() {
        var groups = List.of(group("a", true), group("b", false), group("c", false), group("d", true));

        assertThat(PlannedGroup.together(groups))
                .extracting(
                        together -> together.stream().map(PlannedGroup::name).toList())
                .containsExactly(List.of("a"), List.of("b", "c"), List.of("d"));
    }

    private static PlannedGroup group(String name, boolean isSerial) {
        return new PlannedGroup(name, List.of(), new GroupUpdate("1", "1", isSerial, false, WATCH));
    }

    private static GroupUpdate update(String canaries, String maxInFlight, boolean startsInAllAzs) {
        return new GroupUpdate(canaries, maxInFlight, true, startsInAllAzs, WATCH);
    }

    private static List<String> ids(List<PlannedInstance> instances) {
        return instances.stream().map(one -> one.member().instanceId()).toList();
    }

    private static PlannedInstance instance(String id, String az, boolean bootstrap) {
        var member = new Member(id, "web", 0, az, bootstrap, List.of(), Member.STARTED, false, Map.of(), "", null);
        var spec = new InstanceSpec(
                "dep",
                "web",
                0,
                az,
                bootstrap,
                "",
                new InstanceSpec.VmPlan("", "", "", Map.of(), "{}", Map.of(), ""),
                List.of(),
                null,
                new byte[0],
                0,
                0);
        return new PlannedInstance(member, spec, false, null);
    }
}
