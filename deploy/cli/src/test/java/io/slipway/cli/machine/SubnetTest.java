package io.slipway.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubnetTest {
    private static final String HEAD =
            "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT";
    private static final String DEFAULT_ROUTE = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0";

    @Test
    void takes_the_usual_network_where_only_the_default_route_leads_there() {
        assertThat(Subnet.choose(List.of(HEAD, DEFAULT_ROUTE), none -> false)).isEqualTo(144);
    }

    @Test
    void steps_aside_of_routes_into_its_network() {
        String within = "br0\t0007900A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0"; // 10.144.7.0/24
        String around = "vpn\t0000900A\t00000000\t0001\t0\t0\t0\t0000FEFF\t0\t0\t0"; // 10.144.0.0/15

        assertThat(Subnet.choose(List.of(HEAD, within), none -> false)).isEqualTo(145);
        assertThat(Subnet.choose(List.of(HEAD, around), none -> false)).isEqualTo(146);
    }

    @Test
    void reads_the_name_servers_that_vms_can_reach(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("resolv.conf"),
                "# a comment\nnameserver 127.0.0.53\nnameserver 192.0.2.53\nnameserver fe80::1%eth0\nsearch x\n");

        assertThat(NameServers.read(file)).containsExactly("192.0.2.53");
        assertThat(NameServers.read(folder.resolve("none"))).isEmpty();
    }

    @Test
    void says_that_all_are_taken() {
        String ten = "vpn\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0"; // 10.0.0.0/8

        assertThatThrownBy(() -> Subnet.choose(List.of(HEAD, ten), none -> false))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("no network is free");
    }

    @Test
    void moves_all_addresses_of_the_cloud_config() throws IOException {
        String template = Files.readString(Path.of("../configs/cloud-config-local.yml"));

        String moved = Subnet.cloudConfig(template, 150, List.of("192.0.2.53", "192.0.2.54"));

        assertThat(moved)
                .contains("range: 10.150.0.0/20", "gateway: 10.150.0.1", "dns: [192.0.2.53, 192.0.2.54]")
                .doesNotContain("10.144.");
    }
}
