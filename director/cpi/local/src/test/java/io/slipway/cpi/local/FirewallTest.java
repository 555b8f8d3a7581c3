package io.slipway.cpi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reaches whom, tried by the root of VMs and of a neighbour of this machine. */
class FirewallTest {
    private static final String SILENCE = "silence";
    private static final int QUICK = 1500;

    private final int number = ThreadLocalRandom.current().nextInt(256);
    private final String subnet = "10.250." + number + ".";
    private final Commands commands = new Commands();
    private StepScene scene;
    private LocalCpi cpi;
    private String stemcell;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        LocalFixture.skipWhereImpossible(directory);
        TinyStemcell.in(directory);
        Files.createDirectories(directory.resolve("cpi"));
        scene = new StepScene(directory, UUID.randomUUID().toString(), subnet);
        cpi = scene.open(Steps.SILENT);
        stemcell = scene.createStemcell(cpi);
    }

    @AfterEach
    void purge() {
        if (cpi != null) {
            cpi.purge();
        }
    }

    @Test
    void a_neighbour_of_the_machine_does_not_reach_vms_that_reach_it() throws Exception {
        Namespace vm = Namespace.of(vm(10));
        try (var neighbour = Namespace.neighbour(number);
                var server = vm.listen("serve", subnet + 10, "7000");
                var outside = neighbour.listen("serve", "198.18." + number + ".2", "7000")) {
            neighbour.ip("route", "add", subnet + "0/24", "via", "198.18." + number + ".1");

            assertThat(dial(neighbour, subnet + 10, 7000)).isEqualTo(SILENCE);
            assertThat(dial(vm, "198.18." + number + ".2", 7000)).isEqualTo("connected");
            assertThat(dial(Namespace.MACHINE, subnet + 10, 7000)).isEqualTo("connected");
        }
    }

    @Test
    void a_vm_reaches_of_the_machine_what_its_director_serves_and_nothing_else() throws Exception {
        try (var served = new ServerSocket(0, 10, InetAddress.getByName("0.0.0.0"));
                var another = new ServerSocket(0, 10, InetAddress.getByName("0.0.0.0"));
                var neighbour = Namespace.neighbour(number)) {
            cpi.directorPorts(Set.of(served.getLocalPort()));
            Namespace vm = Namespace.of(vm(10));

            for (String address : List.of(subnet + 1, "198.18." + number + ".1")) {
                assertThat(dial(vm, address, served.getLocalPort())).isEqualTo("connected");
                assertThat(dial(vm, address, another.getLocalPort()))
                        .as(address)
                        .isEqualTo(SILENCE);
                assertThat(dial(vm, address, 53))
                        .as("a name server, were there one")
                        .startsWith("refused");
            }
        }
    }

    @Test
    void vms_reach_each_other_over_subnets_of_a_network_and_not_those_of_another() throws Exception {
        String first = vm(10);
        Namespace beside = Namespace.of(vm(11));
        Namespace other = Namespace.of(vm("isolated", "10.249." + number + ".", 10, Map.of(), ""));
        Namespace far = Namespace.of(vm("default", "10.248." + number + ".", 10, Map.of(), ""));

        try (var server = Namespace.of(first).listen("serve", subnet + 10, "7000");
                var isolated = other.listen("serve", "10.249." + number + ".10", "7000");
                var heard = Namespace.of(first).listen("hear", subnet + 10, "7001")) {
            assertThat(dial(beside, subnet + 10, 7000)).isEqualTo("connected");
            assertThat(dial(far, subnet + 10, 7000)).isEqualTo("connected");
            assertThat(dial(other, subnet + 10, 7000)).isEqualTo(SILENCE);
            assertThat(dial(beside, "10.249." + number + ".10", 7000)).isEqualTo(SILENCE);

            far.probe("say", "0.0.0.0", subnet + 10, "7001", "end");
            assertThat(heard.heard()).as("by its own address").containsExactly("end from 10.248." + number + ".10");
        }
    }

    @Test
    void a_vm_does_not_send_with_the_address_of_another_or_of_the_gateway() throws Exception {
        Namespace target = Namespace.of(vm(10));
        Namespace attacker = Namespace.of(vm(11));
        vm(12);
        attacker.ip("addr", "add", subnet + "12/32", "dev", "eth0");
        attacker.ip("addr", "add", subnet + "1/32", "dev", "eth0");

        try (var heard = target.listen("hear", subnet + 10, "7001")) {
            attacker.probe("say", subnet + 12, subnet + 10, "7001", "spoofed", "spoofed");
            attacker.probe("say", subnet + 1, subnet + 10, "7001", "spoofed", "spoofed");
            attacker.probe("say", subnet + 11, subnet + 10, "7001", "end");

            assertThat(heard.heard()).containsExactly("end from " + subnet + 11);
        }
    }

    @Test
    void a_vm_does_not_take_over_the_address_of_another() throws Exception {
        Namespace sender = Namespace.of(vm(10));
        Namespace attacker = Namespace.of(vm(11));
        String victim = vm(12);
        Namespace.of(victim).ip("link", "set", "eth0", "down");
        attacker.ip("addr", "add", subnet + "12/32", "dev", "eth0");

        try (var stolen = attacker.listen("hear", "0.0.0.0", "7001")) {
            sender.probe("say", "0.0.0.0", subnet + 12, "7001", "secret");
            sender.probe("say", "0.0.0.0", subnet + 11, "7001", "end");

            assertThat(stolen.heard()).containsExactly("end from " + subnet + 10);
        }
    }

    @Test
    void a_vm_does_not_send_with_another_hardware_address() throws Exception {
        Namespace target = Namespace.of(vm(10));
        Namespace attacker = Namespace.of(vm(11));
        try (var heard = target.listen("hear", subnet + 10, "7001")) {
            attacker.ip("link", "set", "eth0", "address", Networks.mac(subnet + 12));
            attacker.ip("neigh", "replace", subnet + 10, "lladdr", Networks.mac(subnet + 10), "dev", "eth0");
            attacker.probe("say", "0.0.0.0", subnet + 10, "7001", "spoofed");
            attacker.ip("link", "set", "eth0", "address", Networks.mac(subnet + 11));
            attacker.ip("neigh", "replace", subnet + 10, "lladdr", Networks.mac(subnet + 10), "dev", "eth0");
            attacker.probe("say", "0.0.0.0", subnet + 10, "7001", "end");

            assertThat(heard.heard()).containsExactly("end from " + subnet + 11);
        }
    }

    @Test
    void an_address_that_vms_share_in_turn_moves_between_them_and_to_nobody_else() throws Exception {
        String env = "{\"slipway\": {\"allowed_addresses\": [\"" + subnet + "200\"]}}";
        Namespace client = Namespace.of(vm(10));
        Namespace one = Namespace.of(vm("default", subnet, 11, Map.of(), env));
        Namespace two = Namespace.of(vm("default", subnet, 12, Map.of(), env));
        Namespace stranger = Namespace.of(vm(13));

        for (Namespace holder : List.of(one, two)) {
            holder.ip("addr", "add", subnet + "200/32", "dev", "eth0");
            client.ip("neigh", "flush", "all");
            try (var server = holder.listen("serve", subnet + 200, "7000")) {
                assertThat(dial(client, subnet + 200, 7000)).isEqualTo("connected");
            }
            holder.ip("addr", "del", subnet + "200/32", "dev", "eth0");
        }
        stranger.ip("addr", "add", subnet + "200/32", "dev", "eth0");
        client.ip("neigh", "flush", "all");
        try (var server = stranger.listen("serve", subnet + 200, "7000")) {
            assertThat(dial(client, subnet + 200, 7000)).isNotEqualTo("connected");
        }
    }

    @Test
    void a_vm_that_says_its_addresses_sends_from_those_behind_it_and_from_no_others() throws Exception {
        Namespace target = Namespace.of(vm(10));
        Namespace node =
                Namespace.of(vm("default", subnet, 11, Map.of("allowed_addresses", List.of("10.200.0.0/16")), ""));
        for (String address : List.of("10.200.3.4", "10.201.3.4", "203.0.113.1", subnet + 77)) {
            node.ip("addr", "add", address + "/32", "dev", "eth0");
        }

        try (var heard = target.listen("hear", subnet + 10, "7001")) {
            for (String address : List.of("10.200.3.4", "10.201.3.4", "203.0.113.1", subnet + 77)) {
                node.probe("say", address, subnet + 10, "7001", "hello");
            }
            node.probe("say", subnet + 11, subnet + 10, "7001", "end");

            assertThat(heard.heard()).containsExactly("hello from 10.200.3.4", "end from " + subnet + 11);
        }
    }

    @Test
    void addresses_behind_a_vm_do_not_leave_its_network() throws Exception {
        Namespace node =
                Namespace.of(vm("default", subnet, 11, Map.of("allowed_addresses", List.of("10.200.0.0/16")), ""));
        node.ip("addr", "add", "10.200.3.4/32", "dev", "eth0");
        try (var neighbour = Namespace.neighbour(number);
                var heard = neighbour.listen("hear", "198.18." + number + ".2", "7001")) {
            node.probe("say", "10.200.3.4", "198.18." + number + ".2", "7001", "hello");
            node.probe("say", subnet + 11, "198.18." + number + ".2", "7001", "end");

            assertThat(heard.heard()).containsExactly("end from 198.18." + number + ".1");
        }
    }

    @Test
    void the_address_of_a_vm_that_is_gone_is_free_for_the_next() throws Exception {
        String gone = vm(12);
        Namespace target = Namespace.of(vm(10));
        cpi.deleteVm(gone);
        Namespace next = Namespace.of(vm(12));

        try (var heard = target.listen("hear", subnet + 10, "7001")) {
            next.probe("say", subnet + 12, subnet + 10, "7001", "end");
            assertThat(heard.heard()).containsExactly("end from " + subnet + 12);
        }
    }

    @Test
    void rules_of_an_earlier_director_are_replaced_when_the_next_powers_on() throws Exception {
        String vm = vm(10);
        String table = new Names(scene.directorUuid()).table();
        for (String family : List.of("inet", "bridge")) {
            commands.run("nft", "delete", "table", family, table);
        }
        commands.run("nft", "add", "table", "ip", table);

        scene.open(Steps.SILENT).powerOnAll();

        assertThat(scene.traces().networkProblems(vm)).isEmpty();
        assertThat(commands.attempt("nft", "list", "table", "ip", table).succeeded())
                .isFalse();
    }

    @Test
    void allowed_addresses_that_are_none_are_refused() {
        for (Object wrong :
                List.of("10.0.0.1", List.of("10.0.0.256"), List.of("10.0.0.0/33"), List.of(1), List.of("0.0.0.0/0"))) {
            assertThatThrownBy(() -> vm("default", subnet, 20, Map.of("allowed_addresses", wrong), ""))
                    .isInstanceOf(CpiException.class)
                    .hasMessageContaining("cloud property 'allowed_addresses' is '")
                    .hasMessageContaining("expected a list of IPv4 addresses and ranges");
        }
        assertThatThrownBy(() -> vm("default", subnet, 20, Map.of(), "{\"slipway\": {\"allowed_addresses\": {}}}"))
                .hasMessageContaining("env.slipway.allowed_addresses is '{}'");
    }

    private String vm(int host) {
        return vm("default", subnet, host, Map.of(), "");
    }

    private String vm(String network, String prefix, int host, Map<String, Object> properties, String env) {
        String agentId = "i-" + UUID.randomUUID() + "-1";
        var interfaces = List.of(new VmNetwork(
                network, "manual", prefix + host, 24, prefix + 1, List.of(), List.of("gateway"), Map.of()));
        var settings = new AgentSettings(agentId, List.of("127.0.0.1:1"), "director", "", "", "", env);
        return cpi.createVm(new VmRequest(agentId, stemcell, properties, interfaces, List.of(), settings, Map.of()))
                .cid();
    }

    private static String dial(Namespace from, String address, int port) throws Exception {
        return from.probe("dial", address, Integer.toString(port), Integer.toString(QUICK));
    }
}
