package io.slipway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import org.jspecify.annotations.Nullable;

/**
 * Directors of two versions speak with each other while one after the other is replaced. So each message keeps the form that
 * it has in {@code remote-messages.txt} of its module: who changes one on purpose, in a way that the version before it understands, runs
 * the test of it with {@code -Dforms.write=true} and reads the difference.
 */
public final class RemoteMessageForms {
    private static final Path FORMS = Path.of("src/test/resources/remote-messages.txt");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CBORMapper CBOR = new CBORMapper();
    private static final int DEEPEST = 12;

    private final ActorTestKit kit;
    private final Deque<Class<?>> within = new ArrayDeque<>();

    private RemoteMessageForms(ActorTestKit kit) {
        this.kit = kit;
    }

    /** Holds the messages of this module to the forms that are written down in it. */
    public static void check() throws Exception {
        var kit = ActorTestKit.create(
                "forms",
                ConfigFactory.parseString(
                        "pekko.actor.serialization-bindings.\"io.slipway.engine.RemoteMessage\" = jackson-cbor"));
        try {
            new RemoteMessageForms(kit).compare();
        } finally {
            kit.shutdownTestKit();
        }
    }

    private void compare() throws Exception {
        var forms = new TreeMap<String, String>();
        for (Class<?> type : messages()) {
            Object sample = sample(type);
            forms.put(type.getName(), form(sample).toString());
        }

        if (Boolean.getBoolean("forms.write")) {
            Files.writeString(
                    FORMS,
                    String.join(
                                    "\n",
                                    forms.entrySet().stream()
                                            .map(one -> one.getKey() + " " + one.getValue())
                                            .toList())
                            + "\n");
        }
        var known = new TreeMap<String, String>();
        for (String line : Files.readAllLines(FORMS)) {
            int space = line.indexOf(' ');
            known.put(line.substring(0, space), line.substring(space + 1));
        }
        assertThat(forms).isEqualTo(known);
    }

    /** What arrives is what was sent. */
    private JsonNode form(Object message) throws IOException {
        var serialization = SerializationExtension.get(kit.system());
        var serializer = serialization.findSerializerFor(message);
        byte[] sent = serialization.serialize(message).get();
        Object arrived = serialization
                .deserialize(sent, serializer.identifier(), Serializers.manifestFor(serializer, message))
                .get();
        assertThat(arrived).hasSameClassAs(message);
        JsonNode form = CBOR.readTree(sent);
        assertThat(CBOR.readTree(serialization.serialize(arrived).get())).isEqualTo(form);
        return JSON.readTree(form.toString().replaceAll("pekko://[^\"]*", "ACTOR"));
    }

    private static List<Class<?>> messages() throws IOException {
        var root = Path.of("target/classes");
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .<Class<?>>map(RemoteMessageForms::load)
                    .filter(RemoteMessage.class::isAssignableFrom)
                    .filter(type -> !LocalMessage.class.isAssignableFrom(type))
                    .filter(type -> !type.isInterface() && !Modifier.isAbstract(type.getModifiers()))
                    .sorted((one, other) -> one.getName().compareTo(other.getName()))
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, RemoteMessageForms.class.getClassLoader());
        } catch (ClassNotFoundException gone) {
            throw new IllegalStateException(gone);
        }
    }

    /** Each field has a value that tells its type; what contains itself ends after once. */
    private Object sample(Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType of) {
            Class<?> raw = (Class<?>) of.getRawType();
            Type[] arguments = of.getActualTypeArguments();
            if (raw == ActorRef.class) {
                return kit.system().deadLetters();
            }
            if (raw == Map.class) {
                return Map.of(sample(arguments[0]), sample(arguments[1]));
            }
            if (raw == Optional.class) {
                return Optional.of(sample(arguments[0]));
            }
            if (arguments[0] instanceof Class<?> element && within.contains(element)) {
                return raw == Set.class ? Set.of() : List.of();
            }
            return raw == Set.class ? Set.of(sample(arguments[0])) : List.of(sample(arguments[0]));
        }
        return type instanceof Class<?> raw ? sample(raw) : "wild";
    }

    private Object sample(Class<?> type) throws ReflectiveOperationException {
        if (type == String.class || type == Object.class) {
            return "10"; // some texts must be numbers
        }
        if (type == long.class || type == Long.class) {
            return 7L;
        }
        if (type == int.class || type == Integer.class) {
            return 7;
        }
        if (type == boolean.class || type == Boolean.class) {
            return true;
        }
        if (type == double.class) {
            return 0.5;
        }
        if (type.isArray()) {
            return type == byte[].class
                    ? "bytes".getBytes(StandardCharsets.UTF_8)
                    : Array.newInstance(type.componentType(), 0);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type.isSealed() && type.isInterface()) {
            return sample(Arrays.stream(type.getPermittedSubclasses())
                    .filter(one -> !within.contains(one))
                    .findFirst()
                    .orElseThrow());
        }
        if (!type.isRecord()) {
            throw new IllegalArgumentException("no sample of " + type + " within " + within);
        }
        if (within.size() > DEEPEST) {
            throw new IllegalStateException("too deep: " + within);
        }
        within.push(type);
        try {
            var components = type.getRecordComponents();
            @Nullable Object[] values = new @Nullable Object[components.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = sampleOf(components[i]);
            }
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } finally {
            within.pop();
        }
    }

    private @Nullable Object sampleOf(RecordComponent component) throws ReflectiveOperationException {
        if (component.getName().endsWith("Before") && component.getType() == String.class) {
            return "2026-01-01T00:00:00Z";
        }
        return within.contains(component.getType()) ? null : sample(component.getGenericType());
    }
}
