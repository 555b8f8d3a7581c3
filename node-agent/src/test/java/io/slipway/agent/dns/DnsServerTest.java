package io.slipway.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.directory.InitialDirContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server over real sockets, asked by the JDK's own resolver. */
class DnsServerTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final String JSON = """
            {"version": 7,
             "record_keys": ["id", "num_id", "instance_group", "group_ids", "az", "az_id", "network", "network_id",
                             "deployment", "ip", "domain", "agent_id", "instance_index"],
             "record_infos": [
               ["i-0", "1", "web", ["3", "9"], "z1", "1", "default", "5", "dep", "10.0.0.1", "bosh", "agent-0", 0],
               ["i-1", "2", "web", ["3", "9"], "z2", "2", "default", "5", "dep", "10.0.0.2", "bosh", "agent-1", 1],
               ["i-2", "4", "db", ["4"], null, null, "default", "5", "dep", "10.0.0.3", "bosh", "agent-2", 0],
               ["short", "row"]],
             "aliases": {
               "web.internal": [{"group_id": "9", "root_domain": "bosh", "health_filter": "all"}],
               "_.web.internal": [{"group_id": "9", "root_domain": "bosh", "placeholder_type": "uuid"}]},
             "records": []}
            """;

    private RecordSet records = RecordsFile.records(JSON);
    private Set<String> unhealthy = Set.of();
    private DnsServer server;
    private OtherServer other;

    @BeforeEach
    void start() throws Exception {
        other = new OtherServer();
        var forwarder = new Forwarder(() -> List.of(other.silentAddress(), other.address()));
        server = DnsServer.start(HERE, 0, name -> records.resolve(name, unhealthy, new Random(1)), forwarder);
    }

    @AfterEach
    void end() {
        server.close();
        other.close();
    }

    @Test
    void answers_queries_by_group_az_index_and_instance() throws Exception {
        assertThat(a("q-s0.web.default.dep.bosh")).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2");
        assertThat(a("Q-A2s0.WEB.default.dep.bosh")).containsExactly("10.0.0.2");
        assertThat(a("q-i0s0.web.default.dep.bosh")).containsExactly("10.0.0.1");
        assertThat(a("i-1.web.default.dep.bosh")).containsExactly("10.0.0.2");
        assertThat(a("q-m2n5s0.q-g3.bosh")).containsExactly("10.0.0.2");
        assertThat(a("q-s4.*.*.*.bosh")).hasSize(3);
        assertThat(a("agent-2.bosh-agent-id")).containsExactly("10.0.0.3");
    }

    @Test
    void leaves_out_who_is_unwell_unless_all_are() throws Exception {
        unhealthy = Set.of("i-0");
        assertThat(a("q-s0.web.default.dep.bosh")).containsExactly("10.0.0.2");
        assertThat(a("q-s3.web.default.dep.bosh")).containsExactly("10.0.0.2");
        assertThat(a("q-s1.web.default.dep.bosh")).containsExactly("10.0.0.1");
        assertThat(a("q-s4.web.default.dep.bosh")).hasSize(2);

        unhealthy = Set.of("i-0", "i-1");
        assertThat(a("q-s0.web.default.dep.bosh")).hasSize(2);
        assertThat(a("q-s3.web.default.dep.bosh")).isEmpty();
    }

    @Test
    void answers_aliases() throws Exception {
        unhealthy = Set.of("i-0");

        assertThat(a("web.internal")).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2");
        assertThat(a("i-1.web.internal")).containsExactly("10.0.0.2");
    }

    @Test
    void says_that_a_name_does_not_exist_without_asking_others() throws Exception {
        assertThat(a("q-s0.none.default.dep.bosh")).isNull();

        assertThat(other.asked).isEmpty();
    }

    @Test
    void has_no_addresses_of_another_kind() throws Exception {
        assertThat(ask("q-s0.web.default.dep.bosh", "AAAA")).isEmpty();
        assertThat(ask("1.0.0.10.in-addr.arpa", "PTR")).containsExactly("i-0.web.default.dep.bosh.");
    }

    @Test
    void asks_others_for_everything_else_and_gets_over_a_silent_one() throws Exception {
        assertThat(a("example.org")).containsExactly("192.0.2.1");
        assertThat(a("example.org")).containsExactly("192.0.2.1");

        assertThat(other.asked).containsExactly("example.org", "example.org");
    }

    @Test
    void fails_names_of_instances_as_long_as_nothing_is_known() throws Exception {
        records = RecordSet.NONE;

        var packet = exchange(question("q-s0.web.default.dep.bosh"));

        assertThat(packet[3] & 0x0f).isEqualTo(DnsMessage.SERVER_FAILURE);
    }

    @Test
    void cuts_what_is_too_long_for_a_packet_and_gives_it_whole_over_tcp() throws Exception {
        var many = IntStream.rangeClosed(1, 200)
                .mapToObj(i -> new DnsRecord(
                        "i-" + i, "" + i, "web", List.of(), "", "default", "", "dep", "10.0.1." + i, "bosh", "", ""))
                .toList();
        records = RecordSet.of(8, many, Map.of());

        var packet = exchange(question("q-s0.web.default.dep.bosh"));

        assertThat(packet.length).isLessThanOrEqualTo(512);
        assertThat(packet[2] & 0x02).as("truncated").isNotZero();
        // the JDK's resolver asks again over TCP where it is told that an answer is cut
        assertThat(a("q-s0.web.default.dep.bosh")).hasSize(200);
    }

    @Test
    void is_not_disturbed_by_nonsense() throws Exception {
        try (var socket = new DatagramSocket()) {
            var chance = new Random(5);
            for (var i = 0; i < 300; i++) {
                var nonsense = new byte[chance.nextInt(80)];
                chance.nextBytes(nonsense);
                socket.send(new DatagramPacket(nonsense, nonsense.length, HERE, server.port()));
            }
        }

        assertThat(a("i-1.web.default.dep.bosh")).containsExactly("10.0.0.2");
        assertThat(exchange(question("q-.web.default.dep.bosh"))[3] & 0x0f).isEqualTo(DnsMessage.FORMAT_ERROR);
    }

    private @Nullable List<String> a(String name) throws Exception {
        return ask(name, "A");
    }

    /** Nothing where the name does not exist. */
    @SuppressWarnings("BanJNDI") // it asks for addresses only, of a server of this test's own
    private @Nullable List<String> ask(String name, String type) throws Exception {
        var environment = new Hashtable<String, String>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, "dns://127.0.0.1:" + server.port());
        // The kernel drops what the socket's buffer does not hold: like any resolver, ask again.
        environment.put("com.sun.jndi.dns.timeout.initial", "3000");
        environment.put("com.sun.jndi.dns.timeout.retries", "3");
        var context = new InitialDirContext(environment);
        try {
            var attribute = context.getAttributes(name, new String[] {type}).get(type);
            var values = new ArrayList<String>();
            if (attribute != null) {
                var all = attribute.getAll();
                while (all.hasMore()) {
                    values.add(String.valueOf(all.next()));
                }
            }
            return values;
        } catch (NameNotFoundException none) {
            return null;
        } finally {
            context.close();
        }
    }

    private byte[] exchange(byte[] question) throws Exception {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(5_000);
            socket.send(new DatagramPacket(question, question.length, HERE, server.port()));
            var answer = new DatagramPacket(new byte[4_096], 4_096);
            socket.receive(answer);
            return java.util.Arrays.copyOf(answer.getData(), answer.getLength());
        }
    }

    static byte[] question(String name) {
        var out = new java.io.ByteArrayOutputStream();
        out.writeBytes(new byte[] {1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (var label : name.split("\\.", -1)) {
            var bytes = label.getBytes(StandardCharsets.US_ASCII);
            out.write(bytes.length);
            out.writeBytes(bytes);
        }
        out.writeBytes(new byte[] {0, 0, 1, 0, 1});
        return out.toByteArray();
    }

    /** A name server that says 192.0.2.1 to everything, and one that takes questions and says nothing. */
    private static final class OtherServer implements AutoCloseable {
        final List<String> asked = new java.util.concurrent.CopyOnWriteArrayList<>();
        private final DatagramSocket talking = new DatagramSocket(0, HERE);
        private final DatagramSocket silent = new DatagramSocket(0, HERE);

        OtherServer() throws Exception {
            Thread.ofVirtual().start(() -> {
                var buffer = new byte[4_096];
                while (!talking.isClosed()) {
                    try {
                        var packet = new DatagramPacket(buffer, buffer.length);
                        talking.receive(packet);
                        var question = DnsMessage.parse(java.util.Arrays.copyOf(buffer, packet.getLength()))
                                .orElseThrow();
                        asked.add(question.name());
                        var answer = DnsMessage.addresses(question, List.of("192.0.2.1"), 512);
                        talking.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                    } catch (java.io.IOException closed) {
                        return;
                    }
                }
            });
        }

        InetSocketAddress address() {
            return new InetSocketAddress(HERE, talking.getLocalPort());
        }

        InetSocketAddress silentAddress() {
            return new InetSocketAddress(HERE, silent.getLocalPort());
        }

        @Override
        public void close() {
            talking.close();
            silent.close();
        }
    }
}
