package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.engine.address.AddressBlockState;
import io.slipway.engine.compile.CompileState;
import io.slipway.engine.deployment.DeploymentState;
import io.slipway.engine.instance.InstanceState;
import io.slipway.engine.subnet.SubnetState;
import io.slipway.engine.task.TaskState;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Journals that earlier versions wrote stay readable. A new file is harvested with {@code
 * -Dgolden.harvest=src/test/resources/journals/N.journal}; those that are there are never written again.
 */
class GoldenJournalTest {
    private static final Path FOLDER = Path.of("src/test/resources/journals");
    private static final Map<String, Class<?>> STATES = Map.of(
            "Deployment", DeploymentState.class,
            "Instance", InstanceState.class,
            "Task", TaskState.class,
            "Subnet", SubnetState.class,
            "AddressBlock", AddressBlockState.class,
            "CompiledPackage", CompileState.class);

    private static ActorSystem system;

    @BeforeAll
    static void start() {
        system = ActorSystem.create(
                "golden",
                ConfigFactory.parseString("pekko.actor.provider = local")
                        .withFallback(ConfigFactory.parseResources("slipway-engine.conf"))
                        .withFallback(ConfigFactory.load())
                        .resolve());
    }

    @AfterAll
    static void stop() {
        system.terminate();
    }

    static List<Path> files() throws Exception {
        try (var files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_event_is_read_and_nothing_that_must_be_there_is_missing(Path file) throws Exception {
        for (var row : GoldenJournal.read(file).rows()) {
            requireWhole(row.manifest(), eventOf(row));
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_entity_comes_to_a_state_again_which_a_snapshot_keeps(Path file) throws Exception {
        var states = new LinkedHashMap<String, Object>();
        for (var row : GoldenJournal.read(file).rows()) {
            Object before = states.getOrDefault(row.persistenceId(), emptyState(row.kind()));
            states.put(row.persistenceId(), apply(before, eventOf(row)));
        }

        // What leases addresses was one thing in the first version, and is another since.
        String former = file.endsWith("1.journal") ? "AddressBlock" : "Subnet";
        assertThat(states.keySet().stream().map(id -> id.substring(0, id.indexOf('|'))))
                .containsAll(STATES.keySet().stream()
                        .filter(kind -> !kind.equals(former))
                        .toList());
        for (var state : states.entrySet()) {
            requireWhole(state.getKey(), state.getValue());
            Object kept = throughSnapshot(state.getValue());
            assertThat(kept).as(state.getKey()).usingRecursiveComparison().isEqualTo(state.getValue());
        }
    }

    /** Needs nothing but what the other tests use; writes only where it is asked to. */
    @Test
    void what_this_version_journals_is_read_too(@TempDir Path folder) throws Exception {
        String wanted = System.getProperty("golden.harvest", "");
        Path file = wanted.isEmpty() ? folder.resolve("now.journal") : Path.of(wanted);
        List<CrashPoints.Written> written;
        try (var director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT)) {
            for (var manifest : List.of(
                    TinyRelease.manifest("d", 1, "one", "small"),
                    TinyRelease.manifest("d", 1, "two", "large"),
                    TinyRelease.manifest("d", 2, "two", "large"))) {
                director.api().ended(director.api().deploy(manifest));
            }
            director.api().ended(director.api().deploy(TinyRelease.manifest("d", 1, "two", "large"), "?recreate=true"));
            director.api().ended(director.api().delete("/deployments/d"));
            written = director.crashPoints().all();
        }
        GoldenJournal.write(written, serialization(), file);

        every_event_is_read_and_nothing_that_must_be_there_is_missing(file);
        every_entity_comes_to_a_state_again_which_a_snapshot_keeps(file);
    }

    private static Object eventOf(GoldenJournal.Row row) {
        return serialization()
                .deserialize(row.bytes(), row.serializer(), row.manifest())
                .get();
    }

    private static Object throughSnapshot(Object state) {
        var serializer = serialization().findSerializerFor(state);
        String manifest = org.apache.pekko.serialization.Serializers.manifestFor(serializer, state);
        return serialization()
                .deserialize(serializer.toBinary(state), serializer.identifier(), manifest)
                .get();
    }

    private static Serialization serialization() {
        return SerializationExtension.get(system);
    }

    private static Object emptyState(String kind) throws IllegalAccessException {
        Class<?> type = Objects.requireNonNull(STATES.get(kind), kind);
        for (var field : type.getDeclaredFields()) {
            if (field.getType() == type) {
                field.setAccessible(true);
                return field.get(null);
            }
        }
        throw new AssertionError(type + " has no constant for an entity without events");
    }

    private static Object apply(Object state, Object event) throws ReflectiveOperationException {
        for (var method : state.getClass().getDeclaredMethods()) {
            if (method.getName().equals("apply") && method.getParameterTypes()[0].isInstance(event)) {
                method.setAccessible(true);
                return method.invoke(state, event);
            }
        }
        throw new AssertionError(state.getClass() + " does not know " + event.getClass());
    }

    /** A component that is null, and not marked so, would break the code that reads it. */
    private static void requireWhole(String where, @Nullable Object value) throws ReflectiveOperationException {
        switch (value) {
            case null -> throw new AssertionError(where + " is missing");
            case Record made -> {
                for (RecordComponent component : made.getClass().getRecordComponents()) {
                    Object part = valueOf(component, made);
                    boolean mayBeNull = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
                    if (part != null || !mayBeNull) {
                        requireWhole(where + "." + component.getName(), part);
                    }
                }
            }
            case List<?> list -> {
                for (Object one : list) {
                    requireWhole(where + "[]", one);
                }
            }
            default -> {}
        }
    }

    private static @Nullable Object valueOf(RecordComponent component, Record made)
            throws IllegalAccessException, InvocationTargetException {
        var accessor = component.getAccessor();
        accessor.setAccessible(true);
        return accessor.invoke(made);
    }
}
