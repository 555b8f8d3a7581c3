package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.slipway.cli.CliException;
import io.slipway.cli.director.PrivateFiles;
import io.slipway.cli.director.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

/**
 * The director's configuration file, written once and kept, with a password and a key of its own.
 *
 * @param gateway address of this machine as VMs reach it
 */
record DirectorSettings(int port, int agentPort, String gateway, String user, String password) {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();
    private static final String THIS_MACHINE = "127.0.0.1";
    private static final String EVERYWHERE = "0.0.0.0";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Settings for a new director, with a fresh password. */
    static DirectorSettings create(int port, int agentPort, String gateway) {
        return new DirectorSettings(port, agentPort, gateway, "admin", newPassword());
    }

    static DirectorSettings read(Path file) {
        JsonNode tree = readTree(file);
        String endpoint = tree.path("agent").path("endpoints").path(0).asText("");
        JsonNode user = tree.path("users").path(0);
        if (!endpoint.contains(":")
                || !tree.path("bind").path("port").isInt()
                || !user.path("name").isTextual()) {
            throw new CliException(
                    "the director's settings " + file
                            + " lack bind.port, agent.endpoints or users: restore them, or start anew with 'slipway down --purge'");
        }
        return new DirectorSettings(
                tree.path("bind").path("port").asInt(),
                tree.path("agent").path("port").asInt(),
                endpoint.substring(0, endpoint.lastIndexOf(':')),
                user.path("name").asText(),
                user.path("password").asText(""));
    }

    void write(DataFolder data, Path plans) {
        write(tree(data, plans), data.settings());
    }

    /** As the director reads it, with a uuid and a key of its own. */
    ObjectNode tree(DataFolder data, Path plans) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("uuid", UUID.randomUUID().toString());
        tree.put("data_dir", data.root().toString());
        listenTo(tree);
        tree.putObject("blobs").put("base_url", "https://" + gateway + ":" + port);
        ObjectNode tls = tree.putObject("tls");
        tls.put("ca_file", data.certificateAuthority().toString());
        tls.putArray("names").add(THIS_MACHINE).add("localhost").add(gateway);
        tree.putArray("users")
                .addObject()
                .put("name", user)
                .put("password", password)
                .put("role", "admin");
        tree.put("encryption_key", Base64.getEncoder().encodeToString(random(32)));
        ObjectNode cpi = tree.putObject("cpi");
        cpi.put("name", "local");
        cpi.putObject("properties");
        tree.put("plans", plans.toString());
        return tree;
    }

    /** Who uses it is on this machine, or in a VM: nobody else needs to reach it. */
    private void listenTo(ObjectNode tree) {
        ObjectNode bind = tree.putObject("bind");
        bind.putArray("addresses").add(THIS_MACHINE).add(gateway);
        bind.put("port", port);
        ObjectNode agent = tree.putObject("agent");
        agent.putArray("addresses").add(gateway);
        agent.put("port", agentPort);
        agent.putArray("endpoints").add(gateway + ":" + agentPort);
    }

    /**
     * Has a director whose settings are as an earlier 'up' wrote them listen to this machine and its VMs alone, and no
     * longer to all networks; returns whether there was anything to change. Who wants all says so by bind.addresses.
     */
    boolean narrow(Path file) {
        ObjectNode tree = readTree(file);
        if (!tree.path("bind").path("address").asText().equals(EVERYWHERE)
                || tree.path("bind").has("addresses")
                || tree.path("agent").has("addresses")
                || tree.path("agent").path("endpoints").size() > 1) {
            return false;
        }
        listenTo(tree);
        write(tree, file);
        return true;
    }

    /** The file as it is. */
    static ObjectNode readTree(Path file) {
        try {
            PrivateFiles.requirePrivate(file);
            if (YAML.readTree(Files.readString(file)) instanceof ObjectNode tree) {
                return tree;
            }
            throw new CliException("the director's settings " + file + " are no YAML object");
        } catch (IOException unreadable) {
            throw new CliException(
                    "the director's settings " + file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    static void write(ObjectNode tree, Path file) {
        try {
            PrivateFiles.write(file, YAML.writeValueAsBytes(tree));
        } catch (IOException failure) {
            throw new CliException("the director's settings cannot be written: " + failure.getMessage(), failure);
        }
    }

    /** Of the API, as this machine reaches it. */
    String url() {
        return "https://" + THIS_MACHINE + ":" + port;
    }

    /** The director as this machine reaches it, once it has written its CA certificate. */
    Target target(DataFolder data) {
        try {
            String pem = Files.readString(data.certificateAuthority(), StandardCharsets.US_ASCII);
            return new Target(url(), pem, user, password);
        } catch (IOException unreadable) {
            throw new CliException(
                    "the director's CA certificate " + data.certificateAuthority()
                            + " cannot be read: is the director up?",
                    unreadable);
        }
    }

    /** A word that nobody guesses, of letters, digits, - and _. */
    static String newPassword() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random(18));
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    @Override
    public String toString() {
        return "director on port " + port;
    }
}
