package io.slipway.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.PGProperty;

/** What the address of a director's PostgreSQL must look like: of one server, or of several of which one is the primary. */
public final class PostgresqlUrl {
    private static final String EXPECTED =
            "must be like jdbc:postgresql://one:5432,two:5432/slipway, with any parameters of the driver behind a '?'";
    private static final Pattern SHAPE = Pattern.compile("jdbc:postgresql://([^/?]+)/([^/?]+)(?:\\?(.*))?");
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::([0-9]{1,5}))?");
    private static final int USUAL_PORT = 5432;
    private static final int LAST_PORT = 65_535;
    private static final Set<String> SECONDS = Set.of("connectTimeout", "loginTimeout", "socketTimeout");
    private static final Pattern AT_LEAST_ONE = Pattern.compile("[1-9][0-9]{0,3}");

    private PostgresqlUrl() {}

    /** Why directors cannot use it; empty where they can. No parameter's value is in it that may be secret. */
    public static Optional<String> problem(String url) {
        var shape = SHAPE.matcher(url);
        if (!shape.matches()) {
            return Optional.of(
                    "is '" + url.replaceFirst("\\?.*", "?...").replaceFirst("//.*@", "//...@") + "', and " + EXPECTED);
        }
        var problem = ofHosts(shape.group(1));
        return problem.isPresent() || shape.group(3) == null ? problem : ofParameters(shape.group(3));
    }

    private static Optional<String> ofHosts(String hosts) {
        var found = new HashSet<String>();
        if (hosts.contains("@")) {
            return Optional.of("has credentials before an '@': give them as database.user and database.password");
        }
        for (String host : hosts.split(",", -1)) {
            var parts = HOST.matcher(host);
            int port = parts.matches() && parts.group(2) != null ? Integer.parseInt(parts.group(2)) : USUAL_PORT;
            if (!parts.matches() || port < 1 || port > LAST_PORT) {
                return Optional.of("has '" + host + "' for a server, and " + EXPECTED);
            }
            if (!found.add(parts.group(1) + ":" + port)) {
                return Optional.of("names the server '" + host + "' twice");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ofParameters(String parameters) {
        for (String parameter : parameters.split("&", -1)) {
            String[] parts = parameter.split("=", 2);
            String value = parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "";
            var problem = ofParameter(parts[0], value);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ofParameter(String name, String value) {
        if (name.equals("user") || name.equals("password")) {
            return Optional.of("has the parameter " + name + ": give it as database." + name);
        }
        if (PGProperty.forName(name) == null) {
            return Optional.of("has the parameter '" + name + "', which PostgreSQL's JDBC driver does not know");
        }
        if (name.equals("targetServerType") && !value.equals("primary")) {
            return Optional.of(
                    "has targetServerType '" + value + "', and directors use the primary alone: leave it out");
        }
        if (name.equals("loadBalanceHosts") && !value.equals("false")) {
            return Optional.of(
                    "has loadBalanceHosts '" + value + "', and directors use the primary alone: leave it out");
        }
        if (SECONDS.contains(name) && !AT_LEAST_ONE.matcher(value).matches()) {
            return Optional.of("has " + name + " '" + value
                    + "', and must have whole seconds from 1 to 9999: without an end directors would wait for a server"
                    + " that is dead");
        }
        return Optional.empty();
    }
}
