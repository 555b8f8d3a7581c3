package io.slipway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.engine.RequestRefused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterRulesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "first", "my-cluster-2", "0", "a23456789012345678901234567890123456789012345678"})
    void takes_names_that_dns_takes(String name) {
        ClusterRules.requireName(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "a-",
                "A",
                "a_b",
                "a.b",
                "a b",
                "ä",
                "a\n",
                "a2345678901234567890123456789012345678901234567890"
            })
    void refuses_names_that_dns_refuses(String name) {
        assertThatThrownBy(() -> ClusterRules.requireName(name))
                .isInstanceOf(RequestRefused.class)
                .hasMessageContaining("is not a cluster name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a", "a:8443", "a/b", "", "-a.example", "a..b"})
    void refuses_hosts_that_cannot_stand_in_a_certificate(String host) {
        assertThatThrownBy(() -> ClusterRules.requireHost(host)).isInstanceOf(RequestRefused.class);
    }

    @Test
    void names_the_plans_there_are() {
        assertThatThrownBy(() -> ClusterRules.requirePlan(PlansFixture.plans(), "huge"))
                .hasMessage("there is no plan 'huge': choose one of small, production");
    }

    @Test
    void keeps_workers_between_one_and_the_plans_maximum() {
        assertThat(ClusterRules.requireWorkers(PlansFixture.SMALL, null)).isEqualTo(1);
        assertThat(ClusterRules.requireWorkers(PlansFixture.SMALL, 5)).isEqualTo(5);
        assertThatThrownBy(() -> ClusterRules.requireWorkers(PlansFixture.SMALL, 6))
                .hasMessage("plan 'small' allows 1 to 5 workers, not 6");
        assertThatThrownBy(() -> ClusterRules.requireWorkers(PlansFixture.SMALL, 0))
                .isInstanceOf(RequestRefused.class);
    }
}
