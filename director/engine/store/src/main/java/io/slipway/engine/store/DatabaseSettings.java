package io.slipway.engine.store;

import java.nio.file.Path;

/** Where the database is. */
public record DatabaseSettings(String url, String user, String password) {

    /**
     * The embedded default: H2 in a file of the data directory. What is committed is in the file when a commit
     * returns: by its own default H2 writes half a second later, and forgets that when the process is killed. Other
     * threads than the callers' do the reading and writing ({@code async}): one that is interrupted while it has to do
     * with a file closes that file, and with it the database, for all.
     */
    public static DatabaseSettings embedded(Path dataDirectory) {
        return new DatabaseSettings(
                "jdbc:h2:async:"
                        + dataDirectory.resolve("database").resolve("director").toAbsolutePath()
                        + ";DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1;WRITE_DELAY=0",
                "sa",
                "");
    }

    public boolean isEmbedded() {
        return url.startsWith("jdbc:h2:");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "DatabaseSettings[" + url + "]";
    }
}
