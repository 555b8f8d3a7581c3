package io.slipway.cpi.external;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CpiLedger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes CPIs of BOSH CPI executables. Properties: {@code exec_path}, the executable; {@code properties}, sent along with
 * each call; {@code secrets}, texts that no log may show; {@code timeout_seconds} for one call, an hour by default.
 */
public final class ExternalCpiFactory implements CpiFactory {
    private static final Set<String> KNOWN = Set.of("exec_path", "properties", "secrets", "timeout_seconds");
    private static final Duration TIMEOUT = Duration.ofHours(1);

    @Override
    public String name() {
        return "external";
    }

    @Override
    public Cpi create(String directorUuid, Path dataDirectory, Map<String, Object> properties) {
        throw refused("a director has to keep its ledger");
    }

    @Override
    public void moveInto(CpiLedger ledger, Path dataDirectory) {
        new FormerLedger(ledger, dataDirectory).takeOver();
    }

    @Override
    public Cpi create(
            String directorUuid,
            Path dataDirectory,
            Map<String, Object> properties,
            Set<Integer> directorPorts,
            CpiLedger ledger) {
        for (String key : properties.keySet()) {
            if (!KNOWN.contains(key)) {
                throw refused("property '" + key + "' is not known: expected one of " + KNOWN);
            }
        }
        if (!(properties.get("exec_path") instanceof String path) || path.isBlank()) {
            throw refused("property 'exec_path' must be the path of the CPI's executable");
        }
        var sent = new LinkedHashMap<String, Object>();
        if (properties.get("properties") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> sent.put(String.valueOf(key), value));
        } else if (properties.get("properties") != null) {
            throw refused("property 'properties' must be a hash");
        }
        var redaction = new Redaction(sent, secrets(properties));
        var executable = new Executable(
                Path.of(path), dataDirectory.resolve("calls"), timeout(properties), Executable.Limits.DEFAULT);
        return new ExternalCpi(
                new Protocol(executable, directorUuid, sent, redaction), new Ledger(ledger), directorUuid);
    }

    private static Set<String> secrets(Map<String, Object> properties) {
        var secrets = new LinkedHashSet<String>();
        if (properties.get("secrets") instanceof List<?> given) {
            given.forEach(one -> secrets.add(String.valueOf(one)));
        }
        return secrets;
    }

    private static Duration timeout(Map<String, Object> properties) {
        Object given = properties.get("timeout_seconds");
        if (given == null) {
            return TIMEOUT;
        }
        if (given instanceof Integer seconds && seconds > 0) {
            return Duration.ofSeconds(seconds);
        }
        throw refused("property 'timeout_seconds' is '" + given + "': expected a number of seconds above 0");
    }

    /** Whether a file can be run; said by name before it is tried. */
    static boolean isExecutable(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static CpiException refused(String why) {
        return new CpiException(new CpiFailure.InvalidRequest("external CPI: " + why));
    }
}
