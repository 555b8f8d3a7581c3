package io.slipway.cli.director;

import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which director is meant. Each wins over its environment variable, which wins over config.yml. */
public final class DirectorOptions {
    @Option(
            names = "--director",
            paramLabel = "URL",
            description = "The director's URL, such as https://10.0.0.6:25555; of several processes that are one "
                    + "director, all of them with commas between. Environment: SLIPWAY_DIRECTOR.")
    private @Nullable String director;

    @Option(
            names = "--ca-cert",
            paramLabel = "FILE",
            description = "CA certificate of the director, in PEM format. Environment: SLIPWAY_CA_CERT.")
    private @Nullable Path caCertificate;

    @Option(names = "--user", paramLabel = "NAME", description = "User name. Environment: SLIPWAY_USER.")
    private @Nullable String user;

    @Option(
            names = "--password",
            paramLabel = "WORD",
            description = "Password. Better in the environment: SLIPWAY_PASSWORD.")
    private @Nullable String password;

    public DirectorClient client(Cli cli) {
        return new DirectorClient(target(cli));
    }

    Target target(Cli cli) {
        Target remembered = cli.targetFile().read().orElse(new Target("", "", "", ""));
        String named = first(director, cli.variable("SLIPWAY_DIRECTOR"), String.join(",", remembered.urls()));
        if (named.isEmpty()) {
            throw new CliException("no director is known: start one with 'slipway up', or name one with --director");
        }
        List<String> urls = List.of(named.split(",", -1));
        for (String url : urls) {
            if (!url.matches("https?://[^/ ]+/?")) {
                throw new CliException("'" + url + "' is not a director's URL: it must look like https://HOST:PORT");
            }
        }
        String caFile =
                first(caCertificate == null ? null : caCertificate.toString(), cli.variable("SLIPWAY_CA_CERT"), "");
        return new Target(
                urls.stream().map(TargetFile::withoutSlash).toList(),
                caFile.isEmpty() ? remembered.caPem() : TargetFile.readCa(Path.of(caFile)),
                first(user, cli.variable("SLIPWAY_USER"), remembered.user()),
                first(password, cli.variable("SLIPWAY_PASSWORD"), remembered.password()));
    }

    private static String first(@Nullable String option, String variable, String remembered) {
        if (option != null) {
            return option;
        }
        return variable.isEmpty() ? remembered : variable;
    }
}
