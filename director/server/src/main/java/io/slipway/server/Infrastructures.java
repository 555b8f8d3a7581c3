package io.slipway.server;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.CpiFailure;
import io.slipway.engine.cpi.ConfiguredCpis;
import io.slipway.engine.state.Stores;
import io.slipway.model.config.CpiDefinition;
import io.slipway.store.ledger.CpiLedgers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/** Opens CPIs: the built-in one that the settings choose, and executables of CPI configs. */
final class Infrastructures {
    private static final String EXTERNAL = "external";
    private static final String PREFIX = "cpi-";

    private Infrastructures() {}

    /** Opens the built-in CPI of a director that starts. */
    @FunctionalInterface
    interface BuiltIn {
        Cpi open(ServerSettings settings, CpiLedgers ledgers) throws IOException;
    }

    /** Whether the one that the settings choose is nothing without what is remembered of it in the database. */
    static boolean needsLedger(ServerSettings settings) {
        return settings.cpiName().equals(EXTERNAL);
    }

    /**
     * The one that the settings choose, if it does not need a ledger.
     *
     * @throws CpiException where there is none of that name
     */
    static Cpi builtIn(ServerSettings settings) throws IOException {
        DataDirectory.makePrivate(settings.dataDirectory());
        return chosen(settings)
                .create(
                        settings.uuid(),
                        directory(settings, settings.cpiName()),
                        settings.cpiProperties(),
                        portsOf(settings));
    }

    /**
     * The one that the settings choose.
     *
     * @throws CpiException where there is none of that name
     */
    static Cpi builtIn(ServerSettings settings, CpiLedgers ledgers) throws IOException {
        DataDirectory.makePrivate(settings.dataDirectory());
        return open(settings, chosen(settings), settings.cpiName(), settings.cpiProperties(), ledgers);
    }

    private static CpiFactory chosen(ServerSettings settings) {
        return factory(settings.cpiName()).orElseThrow(() -> {
            var known = new ArrayList<String>();
            ServiceLoader.load(CpiFactory.class).forEach(one -> known.add(one.name()));
            return new CpiException(new CpiFailure.InvalidRequest(
                    "cpi.name is '" + settings.cpiName() + "': expected one of " + known));
        });
    }

    /** Takes over what earlier versions remembered of executables in the data directory. */
    static void moveLedgers(ServerSettings settings, CpiLedgers ledgers) throws IOException {
        var factory = factory(EXTERNAL);
        if (factory.isEmpty()) {
            return;
        }
        try (var directories = Files.newDirectoryStream(settings.dataDirectory(), PREFIX + EXTERNAL + "*")) {
            for (Path directory : directories) {
                String name = String.valueOf(directory.getFileName()).substring(PREFIX.length());
                factory.get().moveInto(ledgers.of(name), directory);
            }
        }
    }

    /** That one with those of the CPI configs. */
    static ConfiguredCpis all(ServerSettings settings, Cpi builtIn, CpiLedgers ledgers, Stores stores) {
        return new ConfiguredCpis(
                new ConfiguredCpis.BuiltIn(settings.cpiName(), builtIn),
                stores.configs(),
                stores.secrets().variables()::get,
                (definition, secrets) -> executable(settings, definition, secrets, ledgers));
    }

    private static Cpi executable(
            ServerSettings settings, CpiDefinition definition, Set<String> secrets, CpiLedgers ledgers) {
        var factory = factory(EXTERNAL)
                .orElseThrow(() -> new CpiException(
                        new CpiFailure.InvalidRequest("this director was built without external CPIs")));
        // A name may hold what a file's name cannot.
        String directory = EXTERNAL + "-" + URLEncoder.encode(definition.name(), StandardCharsets.UTF_8);
        Map<String, Object> properties = Map.of(
                "exec_path", definition.execPath(),
                "properties", definition.properties(),
                "secrets", List.copyOf(secrets));
        try {
            return open(settings, factory, directory, properties, ledgers);
        } catch (IOException failure) {
            throw new UncheckedIOException("no directory for CPI '" + definition.name() + "'", failure);
        }
    }

    private static Optional<CpiFactory> factory(String name) {
        for (CpiFactory factory : ServiceLoader.load(CpiFactory.class)) {
            if (factory.name().equals(name)) {
                return Optional.of(factory);
            }
        }
        return Optional.empty();
    }

    private static Cpi open(
            ServerSettings settings,
            CpiFactory factory,
            String name,
            Map<String, Object> properties,
            CpiLedgers ledgers)
            throws IOException {
        return factory.create(
                settings.uuid(), directory(settings, name), properties, portsOf(settings), ledgers.of(name));
    }

    private static Path directory(ServerSettings settings, String name) throws IOException {
        return Files.createDirectories(settings.dataDirectory().resolve(PREFIX + name));
    }

    private static Set<Integer> portsOf(ServerSettings settings) {
        return Set.of(settings.port(), settings.agentPort());
    }
}
