package io.slipway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.instance.InstanceCommand;
import io.slipway.engine.instance.InstanceSpec.VmPlan;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What has no type of its own in a message or a journal is what it was when it is read. */
class PlainValuesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Object> NESTED = Map.of(
            "disk", Map.of("system", Map.of("percent", "30"), "persistent", Map.of("percent", "5")),
            "groups", List.of("a", Map.of("name", "b")));

    private static ActorTestKit kit;

    /** Something that is journaled or sent with a plan of a VM. */
    record Holder(VmPlan vm) implements JournaledEvent {}

    @BeforeAll
    static void startKit() {
        kit = ActorTestKit.create(
                "plain",
                ConfigFactory.parseResources(PlainValuesTest.class.getClassLoader(), "slipway-engine.conf")
                        .withOnlyPath("pekko.serialization")
                        .withFallback(ConfigFactory.parseString("""
                                pekko.actor.serialization-bindings {
                                  "io.slipway.engine.JournaledEvent" = jackson-cbor
                                  "io.slipway.engine.RemoteMessage" = jackson-cbor
                                }
                                """)));
    }

    @AfterAll
    static void stopKit() {
        kit.shutdownTestKit();
    }

    @Test
    void vitals_reach_clients_as_agents_told_them() throws Exception {
        var beat = new AgentEvent.Beat("agent", "running", NESTED, List.of(NESTED), 1, 2);

        var read = (InstanceCommand.FromAgent) readAgain(new InstanceCommand.FromAgent(beat));

        assertThat(read.event()).isEqualTo(beat);
        assertThat(JSON.readTree(JSON.writeValueAsString(((AgentEvent.Beat) read.event()).vitals())))
                .isEqualTo(JSON.readTree(JSON.writeValueAsString(NESTED)));
    }

    @Test
    void cloud_properties_reach_a_cpi_as_operators_wrote_them() throws Exception {
        var plan = new VmPlan("cid", "stemcell/1", "small", NESTED, "{}", Map.of(), "fingerprint");

        var read = (Holder) readAgain(new Holder(plan));

        assertThat(read.vm()).isEqualTo(plan);
        assertThat(JSON.readTree(JSON.writeValueAsString(read.vm().cloudProperties())))
                .isEqualTo(JSON.readTree(JSON.writeValueAsString(NESTED)));
    }

    private static Object readAgain(Object message) {
        var serialization = SerializationExtension.get(kit.system());
        var serializer = serialization.findSerializerFor(message);
        return serialization
                .deserialize(
                        serializer.toBinary(message),
                        serializer.identifier(),
                        Serializers.manifestFor(serializer, message))
                .get();
    }
}
