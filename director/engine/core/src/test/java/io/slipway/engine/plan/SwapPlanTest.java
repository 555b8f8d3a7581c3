package io.slipway.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.plan.Member.NextAddresses;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SwapPlanTest {
    private static final Member MEMBER =
            new Member("i", "web", 0, "z1", true, List.of("net|i/net"), Member.STARTED, false, Map.of(), "", null);
    private static final Function<String, List<String>> LEASES = slot -> List.of("net|i/net/" + slot);

    @Test
    void gives_a_vm_that_takes_over_addresses_of_its_own() {
        var plan = SwapPlan.of(MEMBER, withVm("10.0.0.2"), true, "t7", LEASES);

        assertThat(plan.slot()).isEqualTo("t7");
        assertThat(plan.member().allLeases()).containsExactly("net|i/net", "net|i/net/t7");
        assertThat(plan.swap()).isNotNull().satisfies(swap -> assertThat(swap.leases())
                .containsExactly("net|i/net"));
    }

    @Test
    void goes_on_with_the_addresses_of_a_swap_that_an_earlier_task_began() {
        var begun = MEMBER.with(new NextAddresses("t5", List.of("net|i/net/t5")));

        var plan = SwapPlan.of(begun, withVm("10.0.0.2"), true, "t7", LEASES);

        assertThat(plan.slot()).isEqualTo("t5");
        assertThat(plan.member()).isEqualTo(begun);
    }

    @Test
    void does_not_swap_again_what_the_same_task_has_swapped() {
        var begun = MEMBER.with(new NextAddresses("t7", List.of("net|i/net/t7")));

        var settled = SwapPlan.settled(begun, withVm("10.0.0.3"), List.of("10.0.0.3"));

        assertThat(settled.slot()).isEqualTo("t7");
        assertThat(settled.leases()).containsExactly("net|i/net/t7");
        assertThat(SwapPlan.of(settled, withVm("10.0.0.3"), true, "t7", LEASES).swap())
                .isNull();
    }

    @Test
    void keeps_the_addresses_while_the_old_vm_is_there() {
        var begun = MEMBER.with(new NextAddresses("t7", List.of("net|i/net/t7")));

        assertThat(SwapPlan.settled(begun, withVm("10.0.0.2"), List.of("10.0.0.3")))
                .isEqualTo(begun);
    }

    @Test
    void swaps_nothing_that_stays_has_no_vm_or_is_ignored() {
        var ignored = MEMBER.ignored(true);

        assertThat(SwapPlan.of(MEMBER, withVm("10.0.0.2"), false, "t7", LEASES).swap())
                .isNull();
        assertThat(SwapPlan.of(MEMBER, InstanceStatus.unknown("i"), true, "t7", LEASES)
                        .swap())
                .isNull();
        assertThat(SwapPlan.of(ignored, withVm("10.0.0.2"), true, "t7", LEASES).swap())
                .isNull();
    }

    private static InstanceStatus withVm(String ip) {
        return new InstanceStatus(
                "i",
                "",
                "vm-1",
                "",
                true,
                true,
                true,
                "running",
                false,
                "",
                "vm",
                "",
                List.of(),
                "",
                "",
                false,
                false,
                List.of(ip),
                Map.of());
    }
}
