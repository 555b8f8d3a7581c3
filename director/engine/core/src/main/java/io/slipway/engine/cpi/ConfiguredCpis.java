package io.slipway.engine.cpi;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.engine.Cpis;
import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.config.CpiConfig;
import io.slipway.model.config.CpiDefinition;
import io.slipway.model.variable.VariableReferences;
import io.slipway.model.yaml.Yaml;
import io.slipway.store.config.ConfigStore;
import io.slipway.store.config.ConfigStore.ConfigRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The built-in CPI and those of the CPI configs, which are opened when they are first asked for. */
public final class ConfiguredCpis implements Cpis, AutoCloseable {
    private final BuiltIn builtIn;
    private final ConfigStore configs;
    private final Function<String, Optional<Object>> variables;
    private final Opener opener;
    private final Map<CpiDefinition, Cpi> opened = new HashMap<>();

    /** The CPI that the director's configuration chose, under the name by which it is shown. */
    public record BuiltIn(String name, Cpi cpi) {}

    /** Opens a CPI of a CPI config. */
    @FunctionalInterface
    public interface Opener {
        /**
         * @param secrets parts of the properties that no log may show
         */
        Cpi open(CpiDefinition definition, Set<String> secrets);
    }

    /**
     * @param variables values of variables by absolute name
     */
    public ConfiguredCpis(
            BuiltIn builtIn, ConfigStore configs, Function<String, Optional<Object>> variables, Opener opener) {
        this.builtIn = builtIn;
        this.configs = configs;
        this.variables = variables;
        this.opener = opener;
    }

    @Override
    public Cpi of(String name, CallContext asker) {
        return cpi(name).askedBy(asker);
    }

    @Override
    public List<String> names() {
        var names = new ArrayList<>(List.of(builtIn.name()));
        current().cpis().stream()
                .map(CpiDefinition::name)
                .filter(name -> !isBuiltIn(name))
                .forEach(names::add);
        return names;
    }

    @Override
    public Optional<String> present(String name) {
        return isBuiltIn(name) ? Optional.of("") : current().find(name).map(CpiDefinition::name);
    }

    @Override
    public List<String> aliases(String name) {
        if (isBuiltIn(name)) {
            return List.of("", builtIn.name());
        }
        var found = current().find(name);
        var aliases = new ArrayList<>(List.of(found.map(CpiDefinition::name).orElse(name)));
        found.ifPresent(cpi -> aliases.addAll(cpi.migratedFrom()));
        return aliases;
    }

    private boolean isBuiltIn(String name) {
        return name.isEmpty() || name.equals(builtIn.name());
    }

    private Cpi cpi(String name) {
        if (isBuiltIn(name)) {
            return builtIn.cpi();
        }
        var raw = current();
        var definition = raw.find(name)
                .orElseThrow(() -> new CpiException(new CpiFailure.InvalidRequest(
                        "CPI '" + name + "' is not in the CPI config: expected one of " + names())));
        try {
            return open(definition, interpolated(definition));
        } catch (InvalidInput invalid) {
            throw new CpiException(new CpiFailure.InvalidRequest(
                    "CPI '" + name + "' of the CPI config cannot be used: " + invalid.getMessage()));
        }
    }

    /** One that was opened under other properties may have calls under way, and stays open. */
    private Cpi open(CpiDefinition raw, CpiDefinition whole) {
        synchronized (opened) {
            return opened.computeIfAbsent(whole, unknown -> opener.open(whole, secrets(raw.properties())));
        }
    }

    private CpiDefinition interpolated(CpiDefinition raw) {
        @SuppressWarnings("unchecked")
        var properties = (Map<String, Object>)
                Objects.requireNonNull(VariableReferences.interpolate(raw.properties(), this::value));
        String execPath = String.valueOf(VariableReferences.interpolate(raw.execPath(), this::value));
        return new CpiDefinition(raw.name(), raw.type(), execPath, properties, raw.migratedFrom());
    }

    private Object value(String name) {
        if (!name.startsWith("/")) {
            throw new InvalidInput(new Problem(
                    ErrorCodes.MISSING_VARIABLE,
                    name,
                    "variable '((" + name + "))' of a CPI config must have an absolute name: it begins with '/'"));
        }
        return variables
                .apply(name)
                .orElseThrow(() -> new InvalidInput(
                        new Problem(ErrorCodes.MISSING_VARIABLE, name, "variable '((" + name + "))' has no value")));
    }

    /** Values that came out of variables. */
    private Set<String> secrets(Map<String, Object> properties) {
        var secrets = new LinkedHashSet<String>();
        for (String name : VariableReferences.find(properties)) {
            leaves(value(name), secrets);
        }
        return secrets;
    }

    private static void leaves(Object tree, Set<String> leaves) {
        switch (tree) {
            case Map<?, ?> map -> map.values().forEach(value -> leaves(value, leaves));
            case List<?> list -> list.forEach(value -> leaves(value, leaves));
            default -> leaves.add(tree.toString());
        }
    }

    private CpiConfig current() {
        var rows = configs.current("cpi");
        return rows.isEmpty()
                ? CpiConfig.EMPTY
                : CpiConfig.merge(rows.stream()
                        .map(ConfigRow::content)
                        .map(content -> Yaml.parseMap(content, "CPI config"))
                        .toList());
    }

    @Override
    public void close() {
        synchronized (opened) {
            opened.values().forEach(Cpi::close);
            opened.clear();
        }
        builtIn.cpi().close();
    }
}
