package io.slipway.health.liveness;

import static io.slipway.health.liveness.Sights.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.health.liveness.HealthAction.AskInfrastructure;
import io.slipway.health.liveness.HealthAction.LookAgain;
import io.slipway.health.liveness.HealthAction.Skip;
import io.slipway.health.resurrection.ResurrectionSettings;
import io.slipway.model.resurrection.ResurrectionRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeploymentHealthTest {
    private static final ResurrectionSettings SETTINGS = ResurrectionSettings.DEFAULT;
    private static final Instant AFTER_GATHERING = START.plusSeconds(1);

    @Test
    void asks_the_infrastructure_at_once_when_a_stream_breaks() {
        var shop = Sights.of(3);

        assertThat(shop.broke("w1", "s", START)).singleElement().isEqualTo(new AskInfrastructure(shop.sight("w1")));
    }

    @Test
    void makes_a_vm_anew_that_is_gone_once_others_could_have_been_heard_of() {
        var shop = Sights.of(3);
        shop.broke("w1", "s", START);

        var answered = shop.judged("w1", Verdict.GONE, START.plusMillis(20));
        shop.connected("w1", false);

        assertThat(answered).containsExactly(new LookAgain(SETTINGS.gathering()));
        assertThat(shop.repaired(START.plusMillis(100))).isEmpty();
        assertThat(shop.repaired(START.plusMillis(20).plus(SETTINGS.gathering())))
                .containsExactly("w1");
    }

    @Test
    void takes_a_vm_that_is_off_for_dead() {
        var shop = Sights.of(3);
        shop.broke("w1", "s", START);
        shop.judged("w1", Verdict.OFF, START.plusMillis(20));
        shop.connected("w1", false);

        assertThat(shop.repaired(AFTER_GATHERING)).containsExactly("w1");
    }

    @Test
    void lets_a_vm_be_that_answers_again_in_time() {
        var shop = Sights.of(3);
        shop.broke("w1", "s", START);
        shop.judged("w1", Verdict.ALIVE, START.plusMillis(20));
        shop.opened("w1", "s2", START.plusSeconds(3));

        for (int second = 4; second < 200; second += 5) {
            var actions = shop.look(START.plusSeconds(second));
            assertThat(Sights.repairs(actions)).isEmpty();
            assertThat(Sights.rules(actions)).isEmpty();
        }
    }

    @Test
    void makes_a_vm_anew_that_is_there_and_silent_for_longer_than_its_grace() {
        var shop = Sights.of(3);
        shop.broke("w1", "s", START);
        shop.judged("w1", Verdict.ALIVE, START.plusMillis(20));
        shop.connected("w1", false);

        assertThat(shop.repaired(START.plusSeconds(59))).isEmpty();
        assertThat(shop.repaired(START.plusSeconds(60))).containsExactly("w1");
    }

    @Test
    void asks_again_while_the_vm_is_there_and_silent() {
        var shop = Sights.of(3);
        shop.broke("w1", "s", START);
        shop.judged("w1", Verdict.ALIVE, START.plusMillis(20));
        shop.connected("w1", false);

        assertThat(Sights.of(shop.look(START.plusMillis(150)), AskInfrastructure.class))
                .isEmpty();
        assertThat(Sights.of(shop.look(START.plusMillis(250)), AskInfrastructure.class))
                .hasSize(1);
        var soon = shop.judged("w1", Verdict.ALIVE, START.plusSeconds(1));
        assertThat(soon).containsExactly(new LookAgain(Duration.ofSeconds(1)));
        assertThat(Sights.of(shop.look(START.plusMillis(1500)), AskInfrastructure.class))
                .isEmpty();
        assertThat(Sights.of(shop.look(START.plusSeconds(2)), AskInfrastructure.class))
                .hasSize(1);
        shop.judged("w1", Verdict.GONE, START.plusSeconds(7));
        assertThat(shop.repaired(START.plusSeconds(8))).containsExactly("w1");
    }

    @Test
    void gives_an_instance_its_grace_whose_stream_nobody_saw_break() {
        var shop = Sights.of(3).connected("w1", false);

        assertThat(Sights.of(shop.look(START), AskInfrastructure.class)).isEmpty();
        assertThat(Sights.of(shop.look(START.plusSeconds(9)), AskInfrastructure.class))
                .isEmpty();
        assertThat(Sights.of(shop.look(START.plusSeconds(10)), AskInfrastructure.class))
                .hasSize(1);
    }

    @Test
    void counts_anew_after_an_instance_came_back() {
        var shop = Sights.of(3).connected("w1", false);
        shop.look(START);
        shop.connected("w1", true).look(START.plusSeconds(5));
        shop.connected("w1", false).look(START.plusSeconds(6));

        assertThat(Sights.of(shop.look(START.plusSeconds(12)), AskInfrastructure.class))
                .isEmpty();
        assertThat(Sights.of(shop.look(START.plusSeconds(16)), AskInfrastructure.class))
                .hasSize(1);
    }

    @Test
    void an_older_stream_that_ends_late_changes_nothing() {
        var shop = Sights.of(3);
        shop.opened("w1", "first", START);
        shop.opened("w1", "second", START.plusSeconds(1));

        assertThat(shop.broke("w1", "first", START.plusSeconds(2))).isEmpty();
        assertThat(shop.broke("w1", "second", START.plusSeconds(3))).hasSize(1);
    }

    @Test
    void nobody_asks_about_a_vm_that_is_being_worked_on() {
        var shop = Sights.of(3).watched("w1", false);
        shop.look(START);

        assertThat(shop.broke("w1", "s", START.plusSeconds(1))).isEmpty();
        assertThat(shop.connected("w1", false).repaired(START.plusSeconds(300))).isEmpty();
    }

    @Test
    void says_nothing_of_the_vm_before_of_an_instance_that_has_another() {
        var shop = Sights.of(3);
        shop.broke("w1", "s", START);
        var old = shop.sight("w1").vmCid();
        shop.renewed("w1").look(START.plusSeconds(1));

        shop.on(new HealthEvent.Judged("w1", old, Verdict.GONE, START.plusSeconds(2)));

        assertThat(shop.repaired(START.plusSeconds(5))).isEmpty();
    }

    @Test
    void an_instance_without_a_vm_gets_one_after_its_grace() {
        var shop = Sights.of(3).withoutVm("w1", false);

        assertThat(shop.repaired(START)).isEmpty();
        assertThat(shop.repaired(START.plus(SETTINGS.lostGrace()))).containsExactly("w1");
    }

    @Test
    void an_instance_whose_vm_could_not_be_made_is_for_people() {
        var shop = Sights.of(3).withoutVm("w1", true);
        shop.look(START);

        var actions = shop.look(START.plusSeconds(300));

        assertThat(Sights.repairs(actions)).isEmpty();
        assertThat(Sights.rules(actions)).containsExactly("no_vm");
    }

    @Test
    void waits_for_whoever_works_on_the_deployment() {
        var shop = Sights.of(3);
        shop.die("w1", START);

        assertThat(shop.locked(true).repaired(AFTER_GATHERING)).isEmpty();
        assertThat(shop.locked(false).queued(true).repaired(AFTER_GATHERING)).isEmpty();
        assertThat(shop.queued(false).paused(true).repaired(AFTER_GATHERING)).isEmpty();
        assertThat(shop.paused(false).repaired(AFTER_GATHERING)).containsExactly("w1");
    }

    @Test
    void leaves_to_people_what_a_resurrection_config_switches_off() {
        var shop = Sights.of(3);
        shop.rules(ResurrectionRules.parse(List.of(Map.of(
                "rules", List.of(Map.of("enabled", false, "include", Map.of("instance_groups", List.of("web"))))))));
        shop.die("w1", START);

        var actions = shop.look(AFTER_GATHERING);

        assertThat(Sights.repairs(actions)).isEmpty();
        assertThat(Sights.rules(actions)).contains("resurrection_disabled");
    }

    @Test
    void waits_until_the_entity_of_an_instance_has_heard_it_too() {
        var shop = Sights.of(3);
        shop.die("w1", START).connected("w1", true);

        var early = shop.look(START.plusMillis(800));

        assertThat(Sights.repairs(early)).isEmpty();
        assertThat(Sights.of(early, LookAgain.class)).hasSize(1);
        assertThat(shop.connected("w1", false).repaired(AFTER_GATHERING)).containsExactly("w1");
    }

    @Test
    void does_not_ask_for_the_same_instance_all_the_time_and_less_often_each_time() {
        var shop = Sights.of(3);
        shop.die("w1", START);
        assertThat(shop.repaired(AFTER_GATHERING)).containsExactly("w1");

        assertThat(shop.repaired(AFTER_GATHERING.plusSeconds(59))).isEmpty();
        assertThat(shop.repaired(AFTER_GATHERING.plusSeconds(60))).containsExactly("w1");
        var second = AFTER_GATHERING.plusSeconds(60);
        assertThat(shop.repaired(second.plusSeconds(119))).isEmpty();
        assertThat(shop.repaired(second.plusSeconds(120))).containsExactly("w1");
        assertThat(Sights.rules(shop.look(second.plusSeconds(121)))).contains("vm_keeps_dying");
    }

    @Test
    void forgets_how_often_a_vm_died_once_its_instance_was_well_for_long() {
        var shop = Sights.of(3);
        var at = START;
        for (int death = 0; death < 3; death++) {
            shop.die("w1", at);
            assertThat(shop.repaired(at.plusSeconds(2))).containsExactly("w1");
            shop.renewed("w1").look(at.plusSeconds(30));
            at = at.plusSeconds(400);
        }
        assertThat(Sights.rules(shop.look(at))).containsExactly("vm_keeps_dying");

        var later = at.plus(SETTINGS.stable());
        shop.look(later);
        shop.die("w1", later.plusSeconds(1));

        assertThat(shop.repaired(later.plusSeconds(3))).containsExactly("w1");
    }

    @Test
    void makes_anew_no_more_at_a_time_than_the_setting_says() {
        var shop = Sights.of(100);
        IntStream.range(0, 19).forEach(i -> shop.die("w" + i, START));

        var first = shop.repaired(AFTER_GATHERING);
        assertThat(first).hasSize(SETTINGS.maxInFlight());
        first.forEach(shop::renewed);
        var second = shop.repaired(AFTER_GATHERING.plusSeconds(30));

        assertThat(second).hasSize(9).doesNotContainAnyElementsOf(first);
    }

    @Test
    void half_of_a_deployment_gone_at_once_is_one_meltdown_and_nothing_is_made_anew() {
        var shop = Sights.of(200);
        IntStream.range(0, 100).forEach(i -> shop.die("w" + i, START.plusMillis(5L * i)));

        var actions = shop.look(START.plusSeconds(2));

        assertThat(Sights.repairs(actions)).isEmpty();
        assertThat(Sights.rules(actions)).containsExactly("meltdown");
        assertThat(Sights.of(actions, Skip.class)).singleElement().satisfies(skip -> {
            assertThat(skip.instances()).hasSize(100);
            assertThat(skip.why()).startsWith("We are in meltdown: 100 of 200 instances are down");
        });
        var later = shop.look(START.plusSeconds(7));
        assertThat(Sights.of(later, Skip.class)).isEmpty();
        assertThat(Sights.rules(later)).containsExactly("meltdown");
    }

    @Test
    void tells_a_few_dead_instances_from_a_meltdown() {
        var shop = Sights.of(20);
        for (String id : List.of("w0", "w1", "w2", "w3")) {
            shop.die(id, START);
        }
        assertThat(shop.repaired(AFTER_GATHERING)).hasSize(4);

        shop.die("w4", AFTER_GATHERING);
        assertThat(shop.repaired(AFTER_GATHERING.plusSeconds(2))).isEmpty();

        var larger = Sights.of(30);
        IntStream.range(0, 5).forEach(i -> larger.die("w" + i, START));
        assertThat(larger.repaired(AFTER_GATHERING)).hasSize(5);
    }

    @Test
    void forgets_what_was_down_long_ago() {
        var shop = Sights.of(20);
        for (String id : List.of("w0", "w1", "w2", "w3")) {
            shop.die(id, START);
        }
        shop.look(AFTER_GATHERING);
        List.of("w0", "w1", "w2", "w3").forEach(shop::renewed);
        shop.look(START.plusSeconds(30));

        var within = START.plus(SETTINGS.timeThreshold()).minusSeconds(10);
        shop.die("w4", within);
        assertThat(shop.repaired(within.plusSeconds(2))).isEmpty();

        var after = START.plus(SETTINGS.timeThreshold()).plusSeconds(60);
        assertThat(shop.repaired(after)).containsExactly("w4");
    }

    @Test
    void a_meltdown_of_a_group_holds_the_repairs_of_that_group_alone() {
        var shop = Sights.of(100);
        IntStream.range(0, 10).forEach(i -> shop.instance("db", i));
        shop.look(START.minusSeconds(30));
        IntStream.range(0, 5).forEach(i -> shop.die("d" + i, START));
        shop.die("w7", START);

        var actions = shop.look(AFTER_GATHERING);

        assertThat(Sights.repairs(actions)).containsExactly("w7");
        assertThat(Sights.rules(actions)).containsExactly("meltdown", "vm_gone");
    }

    @Test
    void a_director_that_starts_gives_agents_time_to_come_back() {
        var shop = new Sights();
        IntStream.range(0, 50).forEach(i -> shop.instance("web", i).connected("w" + i, false));

        assertThat(shop.look(START)).noneMatch(AskInfrastructure.class::isInstance);
        assertThat(shop.repaired(START.plusSeconds(5))).isEmpty();
        assertThat(Sights.of(shop.look(START.plusSeconds(10)), AskInfrastructure.class))
                .hasSize(50);
        IntStream.range(0, 50).forEach(i -> shop.judged("w" + i, Verdict.ALIVE, START.plusSeconds(11)));
        var late = shop.look(START.plusSeconds(59));
        assertThat(Sights.repairs(late)).isEmpty();
        assertThat(Sights.rules(late)).isEmpty();
    }

    @Test
    void an_alert_does_not_end_before_enough_is_known() {
        var shop = new Sights().instance("web", 0);

        assertThat(Sights.of(shop.look(START), HealthAction.Tell.class))
                .singleElement()
                .satisfies(tell -> assertThat(tell.mayEnd()).isFalse());
        assertThat(Sights.of(shop.look(START.plus(Duration.ofSeconds(15))), HealthAction.Tell.class))
                .singleElement()
                .satisfies(tell -> assertThat(tell.mayEnd()).isTrue());
    }
}
