package io.slipway.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.Serializers;

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

    /** Writes what was journaled, as a journal keeps it. */
    static void write(List<CrashPoints.Written> written, Serialization serialization, Path file) throws IOException {
        var lines = new ArrayList<String>();
        for (var one : written) {
            var serializer = serialization.findSerializerFor(one.event());
            lines.add(String.join(
                    " ",
                    one.persistenceId().replace(' ', '_'),
                    Integer.toString(serializer.identifier()),
                    Serializers.manifestFor(serializer, one.event()),
                    Base64.getEncoder().encodeToString(serializer.toBinary(one.event()))));
        }
        Files.write(file, lines);
    }
}
