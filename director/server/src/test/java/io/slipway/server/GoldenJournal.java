package io.slipway.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Events as they lie in a journal, one a line: persistence id, the serializer's number and manifest, and the bytes in
 * Base64. Files of earlier versions stay as they are, for ever.
 */
record GoldenJournal(List<Row> rows) {

    record Row(String persistenceId, int serializer, String manifest, byte[] bytes) {
        String kind() {
            return persistenceId.substring(0, persistenceId.indexOf('|'));
        }
    }

    static GoldenJournal read(Path file) throws IOException {
        var rows = new ArrayList<Row>();
        for (String line : Files.readAllLines(file)) {
            var parts = line.split(" ", -1);
            rows.add(new Row(
                    parts[0],
                    Integer.parseInt(parts[1]),
                    parts[2],
                    Base64.getDecoder().decode(parts[3])));
        }
        return new GoldenJournal(rows);
    }

    /** Writes what a director that has stopped left in its embedded database. */
    static void harvest(String url, Path file) throws IOException, SQLException {
        var lines = new ArrayList<String>();
        try (var connection = DriverManager.getConnection(url, "sa", "");
                var statement = connection.createStatement();
                var found = statement.executeQuery(
                        "SELECT \"persistence_id\", \"event_ser_id\", \"event_ser_manifest\", \"event_payload\" FROM"
                                + " \"event_journal\" ORDER BY \"persistence_id\", \"sequence_number\"")) {
            while (found.next()) {
                lines.add(String.join(
                        " ",
                        found.getString(1).replace(' ', '_'),
                        found.getString(2),
                        found.getString(3),
                        Base64.getEncoder().encodeToString(found.getBytes(4))));
            }
        }
        Files.write(file, lines);
    }
}
