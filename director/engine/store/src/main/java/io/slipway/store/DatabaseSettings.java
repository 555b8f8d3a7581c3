package io.slipway.store;

import java.nio.file.Path;
import java.util.Map;

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

    /**
     * What the driver is told besides: a server that is silent, as after a network's failure, is given up after a while. Values
     * are seconds.
     */
    public Map<String, String> driverProperties() {
        return isEmbedded() ? Map.of() : Map.of("connectTimeout", "5", "socketTimeout", "30", "tcpKeepAlive", "true");
    }

    /**
     * What each connection begins with: a transaction of a director that stands still, whose rows all others wait for, is
     * ended by the server. Empty for nothing.
     */
    public String connectionInit() {
        return isEmbedded() ? "" : "SET idle_in_transaction_session_timeout = '3s'";
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "DatabaseSettings[" + url + "]";
    }
}
