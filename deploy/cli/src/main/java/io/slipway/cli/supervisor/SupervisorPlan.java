package io.slipway.cli.supervisor;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.cli.director.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a supervisor looks after, as 'up' writes it for one: it knows nothing of settings or data folders by itself.
 */
public record SupervisorPlan(PostgresqlPlan postgresql, List<DirectorPlan> directors) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A PostgreSQL.
     *
     * @param data its data directory, by which its process is known
     * @param start the command that starts it and returns when it takes connections
     * @param stop the command that ends it and returns when it has ended
     */
    public record PostgresqlPlan(String data, List<String> start, List<String> stop) {}

    /**
     * A director.
     *
     * @param name for the log
     * @param command that runs it
     * @param ending of its command line, by which its process is known
     * @param folder that it runs in
     * @param log that its output is added to
     * @param url of its API
     * @param ca file of the CA certificate, which it writes when it starts
     */
    public record DirectorPlan(
            String name, List<String> command, List<String> ending, String folder, String log, String url, String ca) {}

    /** Reads what {@link #write} wrote. */
    public static SupervisorPlan read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), SupervisorPlan.class);
    }

    /** For its owner alone. */
    public void write(Path file) throws IOException {
        PrivateFiles.createFoldersOf(file);
        PrivateFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }
}
