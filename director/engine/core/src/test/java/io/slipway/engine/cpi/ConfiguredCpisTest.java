package io.slipway.engine.cpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.model.config.CpiDefinition;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.config.ConfigStore;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfiguredCpisTest {
    @TempDir
    Path directory;

    private final Map<String, Object> variables = new HashMap<>();
    private final List<CpiDefinition> opened = new ArrayList<>();
    private final List<Set<String>> secrets = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private Database database;
    private ConfigStore configs;
    private ConfiguredCpis cpis;

    @BeforeEach
    void open() {
        database = Database.open(DatabaseSettings.embedded(directory));
        configs = new ConfigStore(database.jdbi(), Clock.systemUTC());
        cpis = new ConfiguredCpis(
                new ConfiguredCpis.BuiltIn("local", named("built in")),
                configs,
                name -> Optional.ofNullable(variables.get(name)),
                (definition, hidden) -> {
                    opened.add(definition);
                    secrets.add(hidden);
                    return named(definition.name());
                });
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void has_the_built_in_one_alone_where_there_is_no_config() {
        assertThat(cpis.names()).containsExactly("local");
        ask("");
        ask("local");
        assertThat(asked).containsExactly("built in", "built in");
        assertThat(cpis.present("")).contains("");
        assertThat(cpis.present("other")).isEmpty();
        assertThat(catchThrowableOfType(CpiException.class, () -> ask("other"))).hasMessageContaining("[local]");
    }

    @Test
    void joins_configs_and_finds_cpis_by_their_former_names() {
        configs.put("cpi", "one", "cpis: [{name: a, type: x, migrated_from: [{name: old}]}]");
        configs.put("cpi", "two", "cpis: [{name: b, type: x}]");

        assertThat(cpis.names()).containsExactly("local", "a", "b");
        assertThat(cpis.present("old")).contains("a");
        ask("old");
        ask("b");
        assertThat(asked).containsExactly("a", "b");
        var stemcell = new StemcellVersion("s", "1", "os", Map.of("local", "s-local", "old", "s-old"));
        assertThat(cpis.cidOf(stemcell, "")).contains("s-local");
        assertThat(cpis.cidOf(stemcell, "a")).contains("s-old");
        assertThat(cpis.cidOf(stemcell, "b")).isEmpty();
    }

    @Test
    void opens_a_cpi_once_for_the_values_that_it_has() {
        variables.put("/key", Map.of("secret", "first value"));
        configs.put("cpi", "default", "cpis: [{name: a, type: x, properties: {key: ((/key.secret)), region: r}}]");

        ask("a");
        ask("a");
        variables.put("/key", Map.of("secret", "second value"));
        ask("a");

        assertThat(opened)
                .extracting(CpiDefinition::properties)
                .containsExactly(
                        Map.of("key", "first value", "region", "r"), Map.of("key", "second value", "region", "r"));
        assertThat(secrets).containsExactly(Set.of("first value"), Set.of("second value"));
    }

    @Test
    void an_executable_may_be_where_a_variable_says() {
        variables.put("/folder", "/opt/cpis");
        configs.put("cpi", "default", "cpis: [{name: a, type: x, exec_path: ((/folder))/x}]");

        ask("a");

        assertThat(opened).extracting(CpiDefinition::execPath).containsExactly("/opt/cpis/x");
    }

    @Test
    void says_which_variable_has_no_value_or_no_absolute_name() {
        configs.put("cpi", "default", "cpis: [{name: a, type: x, properties: {key: ((/none)), other: ((near))}}]");

        assertThat(catchThrowableOfType(CpiException.class, () -> ask("a")))
                .hasMessageContaining("CPI 'a'")
                .hasMessageContaining("((/none))");
        configs.put("cpi", "default", "cpis: [{name: a, type: x, properties: {other: ((near))}}]");
        assertThat(catchThrowableOfType(CpiException.class, () -> ask("a"))).hasMessageContaining("absolute name");
    }

    private void ask(String name) {
        var unused = cpis.of(name, CallContext.SILENT).hasVm("vm");
    }

    /** One that notes that it was asked. */
    private Cpi named(String name) {
        return (Cpi) Proxy.newProxyInstance(
                Cpi.class.getClassLoader(),
                new Class<?>[] {Cpi.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "askedBy" -> proxy;
                    case "hasVm" -> {
                        asked.add(name);
                        yield true;
                    }
                    default -> null;
                });
    }
}
