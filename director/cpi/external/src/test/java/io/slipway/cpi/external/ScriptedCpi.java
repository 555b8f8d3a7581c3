package io.slipway.cpi.external;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CpiLedger;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A CPI whose executable is a shell script of the test; keeps what was asked and what was logged. */
final class ScriptedCpi {
    private static final JsonMapper JSON = new JsonMapper();
    static final String VERSION_2 = "{\"result\": {\"api_version\": 2, \"stemcell_formats\": [\"dummy\"]}}";

    final List<String> log = new CopyOnWriteArrayList<>();
    final AtomicBoolean isCancelled = new AtomicBoolean();
    private final Path directory;
    private Duration timeout = Duration.ofSeconds(30);
    private Executable.Limits limits = Executable.Limits.DEFAULT;
    private Map<String, Object> properties = Map.of("region", "somewhere", "password", "hush-hush");

    /** The script sees its request in {@code $request}, the method in {@code $method}; info is answered before it. */
    ScriptedCpi(Path directory, String script) throws IOException {
        this(directory, VERSION_2, script);
    }

    ScriptedCpi(Path directory, String info, String script) throws IOException {
        this.directory = directory;
        Path file = executable();
        Files.writeString(file, """
                #!/bin/sh
                here='%s'
                request=$(cat)
                method=$(printf '%%s' "$request" | sed 's/^{"method":"\\([a-z_]*\\)".*/\\1/')
                printf '%%s\\n' "$request" >> "$here/requests"
                if [ "$method" = info ]; then
                    printf '%%s' '%s'
                    exit 0
                fi
                %s
                """.formatted(directory, info, script));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** Answers each call with an error of this type. */
    static ScriptedCpi failing(Path directory, String type, boolean isOkToRetry) throws Exception {
        return new ScriptedCpi(
                directory,
                "type=" + type + "\necho '{\"result\": null, \"error\": {\"type\": \"Bosh::Clouds::'\"$type\"'\","
                        + " \"message\": \"it broke\", \"ok_to_retry\": " + isOkToRetry + "}, \"log\": \"\"}'");
    }

    /** For a VM with all that a request may have. */
    static VmRequest request(String agentId) {
        return new VmRequest(
                agentId,
                "stemcell-1",
                Map.of("instance_type", "large-type"),
                List.of(new VmNetwork(
                        "default", "dynamic", "", 0, "", List.of("8.8.8.8"), List.of("dns", "gateway"), Map.of())),
                List.of(),
                new AgentSettings(
                        agentId,
                        List.of("127.0.0.1:1"),
                        "director",
                        "a CA",
                        "a certificate",
                        "-----BEGIN PRIVATE KEY-----\nabcdefgh\n-----END PRIVATE KEY-----\n",
                        "{\"mine\": \"kept\", \"bosh\": {\"password\": \"kept too\"}}"),
                Map.of("deployment", "dep", "instance_group", "web"),
                3);
    }

    static CpiFailure failureOf(ThrowingCallable call) {
        return catchThrowableOfType(CpiException.class, call).failure();
    }

    ScriptedCpi within(Duration limit) {
        timeout = limit;
        return this;
    }

    ScriptedCpi printingAtMost(long bytes) {
        limits = new Executable.Limits(bytes, bytes);
        return this;
    }

    ScriptedCpi with(Map<String, Object> given) {
        properties = given;
        return this;
    }

    /** A new one each time, as after a restart of the director. */
    Cpi open() {
        return openAt(directory.resolve("cpi"), Ledgers.of(directory));
    }

    /** The CPI of a director that has this data directory, and this ledger. */
    Cpi openAt(Path dataDirectory, CpiLedger ledger) {
        var protocol = new Protocol(
                new Executable(executable(), dataDirectory.resolve("calls"), timeout, limits),
                "director-1",
                properties,
                new Redaction(properties, Set.of("told-secret")));
        return new ExternalCpi(protocol, new Ledger(ledger), "director-1").askedBy(asker());
    }

    private CallContext asker() {
        return new CallContext() {
            @Override
            public void log(String line) {
                log.add(line);
            }

            @Override
            public boolean isCancelled() {
                return isCancelled.get();
            }
        };
    }

    /** What the executable was asked. */
    List<JsonNode> requests() throws IOException {
        var requests = new ArrayList<JsonNode>();
        for (String line : Files.readAllLines(directory.resolve("requests"))) {
            requests.add(JSON.readTree(line));
        }
        return requests;
    }

    String logged() {
        return String.join("\n", log);
    }

    private Path executable() {
        return directory.resolve("cpi.sh");
    }
}
