package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How directors reach the PostgreSQL of this machine. It is in a file of its own before anything is made by it, so that an
 * 'up' that was killed goes on with the same.
 */
record PostgresqlSettings(int port, String password) {
    private static final String NAME = "slipway";

    /** What is in the file, or, where there is none, new ones on this port, which are in the file then. */
    static PostgresqlSettings readOrCreate(Path file, int port) {
        if (Files.exists(file)) {
            return read(file);
        }
        var settings = new PostgresqlSettings(port, DirectorSettings.newPassword());
        var tree = JsonNodeFactory.instance.objectNode();
        tree.put("port", settings.port).put("user", NAME).put("password", settings.password);
        DirectorSettings.write(tree, file);
        return settings;
    }

    static PostgresqlSettings read(Path file) {
        ObjectNode tree = DirectorSettings.readTree(file);
        return new PostgresqlSettings(
                tree.path("port").asInt(), tree.path("password").asText());
    }

    /** Puts it into a director's settings. */
    void addTo(ObjectNode tree) {
        tree.putObject("database")
                .put("url", "jdbc:postgresql://127.0.0.1:" + port + "/" + NAME)
                .put("user", NAME)
                .put("password", password);
    }

    @Override
    public String toString() {
        return "PostgreSQL on port " + port;
    }
}
