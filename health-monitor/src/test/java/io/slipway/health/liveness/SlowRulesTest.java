package io.slipway.health.liveness;

import static io.slipway.health.liveness.Sights.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.health.alert.Severity;
import io.slipway.health.liveness.CertificateRules.Certificate;
import io.slipway.health.liveness.UnmanagedVms.Vm;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlowRulesTest {
    @Test
    void a_certificate_that_ends_within_a_month_is_a_warning_and_within_a_week_critical() {
        var certificates = List.of(
                new Certificate("shop", "/shop/tls", START.plus(Duration.ofDays(31))),
                new Certificate("shop", "/shop/ca", START.plus(Duration.ofDays(29))),
                new Certificate("", "api", START.plus(Duration.ofDays(6))),
                new Certificate("shop", "/shop/old", START.minusSeconds(1)));

        var firing = CertificateRules.of(certificates, START);

        assertThat(firing.stream().map(alert -> alert.severity() + " " + alert.title()))
                .containsExactly(
                        Severity.WARNING + " Certificate '/shop/ca' of deployment 'shop' ends in 29 days",
                        Severity.CRITICAL + " Certificate 'api' of the director ends in 6 days",
                        Severity.CRITICAL + " Certificate '/shop/old' of deployment 'shop' has ended");
    }

    @Test
    void a_vm_that_belongs_to_nobody_for_a_while_is_told_of_until_it_is_gone() {
        var stray = new Vm("", "vm-9", "i-w9-1");
        var vms = UnmanagedVms.NONE.seen(List.of(stray), START);
        assertThat(vms.firing(START.plusSeconds(300))).isEmpty();

        vms = vms.seen(List.of(stray), START.plusSeconds(300)).seen(List.of(stray), START.plusSeconds(600));

        assertThat(vms.firing(START.plusSeconds(600))).singleElement().satisfies(alert -> assertThat(alert.summary())
                .contains("bosh delete-vm vm-9"));
        assertThat(vms.seen(List.of(), START.plusSeconds(900)).firing(START.plusSeconds(900)))
                .isEmpty();
        // One that was away in between is counted anew.
        var again = vms.seen(List.of(), START.plusSeconds(900)).seen(List.of(stray), START.plusSeconds(1200));
        assertThat(again.firing(START.plusSeconds(1200))).isEmpty();
    }

    @Test
    void a_clock_that_is_far_off_is_told_of_until_it_is_right() {
        var skews = ClockSkews.NONE.heard("i-w1-1", new ClockSkews.Seen("w1", Duration.ofSeconds(-45), START));

        assertThat(skews.at(START.plusSeconds(60)).firing(START.plusSeconds(60)))
                .singleElement()
                .satisfies(alert -> assertThat(alert.title()).isEqualTo("The clock of instance w1 is 45 s behind"));
        assertThat(skews.at(START.plusSeconds(91)).firing(START.plusSeconds(91)))
                .isEmpty();
    }
}
