package io.slipway.cli.supervisor;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.cli.director.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a supervisor tells of the directors, in a file.
 *
 * @param failures of each director by its name: ends in a row, each soon after a start
 */
public record SupervisorState(Map<String, Integer> failures) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What was told last; nothing where nothing was. */
    public static SupervisorState read(Path file) {
        try {
            return JSON.readValue(file.toFile(), SupervisorState.class);
        } catch (IOException none) {
            return new SupervisorState(Map.of());
        }
    }

    void write(Path file) throws IOException {
        PrivateFiles.write(file, JSON.writeValueAsBytes(this));
    }
}
