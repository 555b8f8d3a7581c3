package io.slipway.server;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.CpiFailure;
import io.slipway.engine.cpi.ConfiguredCpis;
import io.slipway.engine.state.Stores;
import io.slipway.model.config.CpiDefinition;
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

    private Infrastructures() {}

    /**
     * The one that the settings choose.
     *
     * @throws CpiException where there is none of that name
     */
    static Cpi builtIn(ServerSettings settings) throws IOException {
        DataDirectory.makePrivate(settings.dataDirectory());
        var factory = factory(settings.cpiName());
        if (factory.isEmpty()) {
            var known = new ArrayList<String>();
            ServiceLoader.load(CpiFactory.class).forEach(one -> known.add(one.name()));
            throw new CpiException(new CpiFailure.InvalidRequest(
                    "cpi.name is '" + settings.cpiName() + "': expected one of " + known));
        }
        return open(settings, factory.get(), settings.cpiName(), settings.cpiProperties());
    }

    /** That one with those of the CPI configs. */
    static ConfiguredCpis all(ServerSettings settings, Cpi builtIn, Stores stores) {
        return new ConfiguredCpis(
                new ConfiguredCpis.BuiltIn(settings.cpiName(), builtIn),
                stores.configs(),
                stores.secrets().variables()::get,
                (definition, secrets) -> executable(settings, definition, secrets));
    }

    private static Cpi executable(ServerSettings settings, CpiDefinition definition, Set<String> secrets) {
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
            return open(settings, factory, directory, properties);
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

    private static Cpi open(ServerSettings settings, CpiFactory factory, String name, Map<String, Object> properties)
            throws IOException {
        Path directory = settings.dataDirectory().resolve("cpi-" + name);
        Files.createDirectories(directory);
        return factory.create(settings.uuid(), directory, properties, Set.of(settings.port(), settings.agentPort()));
    }
}
