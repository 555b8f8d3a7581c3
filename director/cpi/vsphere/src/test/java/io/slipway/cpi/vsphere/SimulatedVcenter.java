package io.slipway.cpi.vsphere;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A vCenter of a test's own: govmomi's simulator as a process, which is built by the first test that needs it. It can be
 * told to fail, and shows its inventory to those who do not want to believe the CPI.
 */
final class SimulatedVcenter implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SOURCE = Path.of("src/test/go/vcenter").toAbsolutePath();
    private static @Nullable Path program;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final JsonNode said;

    private SimulatedVcenter(Process process, JsonNode said) {
        this.process = process;
        this.said = said;
    }

    /** Starts one, with flags as its main has them. Skips the test where there is no Go. */
    static SimulatedVcenter start(String... flags) {
        try {
            var command = new ArrayList<String>();
            command.add(program().toString());
            command.addAll(List.of(flags));
            var process = new ProcessBuilder(command)
                    .redirectError(Files.createTempFile("vcenter", ".log").toFile())
                    .start();
            var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = reader.readLine();
            if (line == null) {
                throw new IllegalStateException("the simulated vCenter ended before it began");
            }
            return new SimulatedVcenter(process, JSON.readTree(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized Path program() throws IOException {
        if (program != null) {
            return program;
        }
        var go = Optional.ofNullable(System.getenv("PATH")).stream()
                .flatMap(path -> List.of(path.split(":")).stream())
                .map(directory -> Path.of(directory, "go"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(go.isPresent(), "there is no Go to build the simulated vCenter with");
        Path made = Path.of("target/vcenter").toAbsolutePath();
        Files.createDirectories(made.getParent());
        var log = Files.createTempFile("vcenter-build", ".log");
        var build = new ProcessBuilder(go.get().toString(), "build", "-o", made.toString(), ".")
                .directory(SOURCE.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!build.waitFor(20, TimeUnit.MINUTES) || build.exitValue() != 0) {
                String output = Files.readString(log);
                assumeTrue(
                        !output.contains("dial tcp") && !output.contains("no such host"),
                        "Go modules cannot be had: " + output);
                throw new IllegalStateException("the simulated vCenter cannot be built: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        program = made;
        return made;
    }

    /** Properties of a CPI at it, with a patience for tests. */
    Map<String, Object> properties() {
        var properties = new HashMap<String, Object>();
        properties.put("host", said.get("host").asText());
        properties.put("user", said.get("user").asText());
        properties.put("password", said.get("password").asText());
        properties.put("connection_options", Map.of("ca_cert", said.get("ca").asText()));
        properties.put("default_disk_type", "thin");
        properties.put("patience_seconds", 20);
        properties.put("datacenters", List.of(datacenter("DC0_C0", "DC0_C1")));
        return properties;
    }

    /** The data center, with these of its clusters. */
    static Map<String, Object> datacenter(Object... clusters) {
        return Map.of(
                "name",
                "DC0",
                "vm_folder",
                "slipway/vms",
                "template_folder",
                "slipway/templates",
                "disk_path",
                "slipway-disks",
                "datastore_pattern",
                "^LocalDS_[01]$",
                "persistent_datastore_pattern",
                "^LocalDS_",
                "clusters",
                List.of(clusters));
    }

    String host() {
        return said.get("host").asText();
    }

    String caPem() {
        return said.get("ca").asText();
    }

    String password() {
        return said.get("password").asText();
    }

    /** A call of this method answers with a fault; the first ones do not, and so many do. */
    void fault(String method, String fault, int skip, int count) {
        post("/faults", Map.of("method", method, "fault", fault, "skip", skip, "count", count));
    }

    /** The task that a call of this method begins fails. */
    void taskFault(String method, String fault, int skip, int count) {
        post("/task-faults", Map.of("method", method, "fault", fault, "skip", skip, "count", count));
    }

    /** What befalls calls of a method on their way: refuse, cut, expire or delay. */
    void network(String method, String does, int skip, int count, int delayMs) {
        post("/network", Map.of("Method", method, "Does", does, "Skip", skip, "Count", count, "DelayMs", delayMs));
    }

    /** What happens at the foundation by itself. */
    void act(String does, String name, String to) {
        post("/actions", Map.of("does", does, "name", name, "to", to));
    }

    void clearRules() {
        send(HttpRequest.newBuilder(control("/rules")).DELETE());
    }

    void forgetCalls() {
        send(HttpRequest.newBuilder(control("/calls")).DELETE());
    }

    /** How often each method was called, since that was forgotten last. */
    Map<String, Integer> calls() {
        var calls = new HashMap<String, Integer>();
        get("/calls")
                .get("calls")
                .properties()
                .forEach(entry -> calls.put(entry.getKey(), entry.getValue().asInt()));
        return calls;
    }

    int mostInFlight() {
        return get("/calls").get("mostInFlight").asInt();
    }

    /** The last requests of a method, as they were sent. */
    List<String> recorded(String method) {
        var bodies = new ArrayList<String>();
        get("/recorded/" + method).forEach(body -> bodies.add(body.asText()));
        return bodies;
    }

    JsonNode inventory() {
        return get("/inventory");
    }

    /** Names of all VMs and stemcells, and paths of all disks. */
    List<String> everything() {
        var all = new ArrayList<String>();
        var inventory = inventory();
        inventory.get("machines").forEach(one -> all.add("VM " + one.get("name").asText()));
        inventory.get("files").forEach(one -> all.add("file " + one.asText()));
        return all;
    }

    /** VMs that are no stemcells. */
    List<JsonNode> machines() {
        var found = new ArrayList<JsonNode>();
        inventory().get("machines").forEach(one -> {
            if (one.get("extraConfig").has(Names.VM_RECORD)) {
                found.add(one);
            }
        });
        return found;
    }

    /** The VM of a cid, as the inventory has it. */
    JsonNode machine(String cid) {
        return machines().stream()
                .filter(one ->
                        one.get("extraConfig").get(Names.VM_RECORD).asText().contains("\"" + cid + "\""))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no VM '" + cid + "' in the inventory"));
    }

    /** The file with a disk's bytes, here on this machine. */
    Path bytesOf(String path) {
        int end = path.indexOf(']');
        String root = inventory().get("roots").get(path.substring(1, end)).asText();
        return Path.of(root, path.substring(end + 2).replaceFirst("\\.vmdk$", "-flat.vmdk"));
    }

    private JsonNode get(String path) {
        try {
            return JSON.readTree(send(HttpRequest.newBuilder(control(path)).GET()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void post(String path, Map<String, Object> body) {
        try {
            send(HttpRequest.newBuilder(control(path)).POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private URI control(String path) {
        return URI.create(said.get("control").asText() + path);
    }

    private String send(HttpRequest.Builder request) {
        try {
            var response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(
                        request.build().uri() + " answers " + response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        http.close();
    }
}
