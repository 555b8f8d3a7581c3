package io.slipway.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.ds.PGSimpleDataSource;

/** Where the database is. */
public record DatabaseSettings(String url, String user, String password) {

    private static final Map<String, String> DRIVER = Map.of(
            "targetServerType", "primary",
            "connectTimeout", "2",
            // Milliseconds. A frozen server takes connections and says nothing.
            "sslResponseTimeout", "2000",
            // For all servers together.
            "loginTimeout", "10",
            "socketTimeout", "10",
            "tcpKeepAlive", "true");

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
     * What the driver is told besides; parameters of the URL come before these. Of several servers it takes the primary, and of
     * one server it takes none that only reads. A server that is silent, because it is frozen or its machine is gone, is given up
     * after some seconds, both while it is connected to, so that the next one is tried, and in the midst of a statement, so that
     * its connection is free for another.
     */
    public Map<String, String> driverProperties() {
        return isEmbedded() ? Map.of() : DRIVER;
    }

    /**
     * Connections to PostgreSQL that are opened anew each time, without what each begins with elsewhere.
     *
     * @param properties of the driver, which come before what the URL says
     */
    public DataSource unpooled(Map<String, String> properties) {
        var all = new HashMap<>(driverProperties());
        Properties ofUrl = Objects.requireNonNull(Driver.parseURL(url, null), url);
        ofUrl.stringPropertyNames().forEach(name -> all.put(name, ofUrl.getProperty(name)));
        all.putAll(properties);
        var source = new PGSimpleDataSource();
        try {
            for (var property : all.entrySet()) {
                source.setProperty(property.getKey(), property.getValue());
            }
        } catch (SQLException unknown) {
            throw new IllegalArgumentException(this + ": " + unknown.getMessage(), unknown);
        }
        source.setUser(user);
        source.setPassword(password);
        return source;
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
        return "DatabaseSettings[" + url.replaceFirst("[?].*", "") + "]";
    }
}
