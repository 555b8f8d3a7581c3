package io.slipway.e2e.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.e2e.Installation;
import io.slipway.e2e.Vm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Three masters: a quorum, and an API that outlives any one of them. */
@Order(14)
class MasterLossTest {
    private static final String CLUSTER = "three";

    @BeforeAll
    static void create() {
        Installation.get().cluster(CLUSTER, "production", 1);
    }

    @Test
    @Order(1)
    void has_three_members_of_etcd() {
        Installation slipway = Installation.get();
        assertThat(slipway.json("cluster", CLUSTER, "--json").path("kubernetes_master_ips"))
                .hasSize(3);
        assertThat(slipway.kubectl(CLUSTER, "get", "--raw", "/readyz?verbose")).contains("etcd ok");
    }

    @Test
    @Order(2)
    void answers_while_any_one_master_is_lost() throws Exception {
        Installation slipway = Installation.get();
        var addresses = new ArrayList<String>();
        for (JsonNode address : slipway.json("cluster", CLUSTER, "--json").path("kubernetes_master_ips")) {
            addresses.add(address.asText());
        }
        for (String lost : addresses) {
            Vm vm = Vm.withAddress(slipway, lost);
            String marker = "lost-" + lost.replace('.', '-');
            vm.freeze();
            try {
                Installation.await(
                        Duration.ofSeconds(60),
                        () -> slipway.tryKubectl(CLUSTER, "--request-timeout=5s", "create", "configmap", marker)
                                                .code()
                                        == 0
                                ? ""
                                : "no write without " + lost);
            } finally {
                vm.thaw();
            }
            Installation.await(Duration.ofSeconds(60), () -> {
                String health = slipway.kubectl(CLUSTER, "--request-timeout=5s", "get", "--raw", "/readyz");
                return health.equals("ok") ? "" : health;
            });
        }
        assertThat(List.of(slipway.kubectl(CLUSTER, "get", "configmaps", "-o", "name")
                        .split("\n")))
                .filteredOn(name -> name.contains("lost-"))
                .hasSize(3);
    }
}
