package io.slipway.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** Tells the version of this command. */
@Command(
        name = "version",
        header = "Print the version of this command.",
        footerHeading = "%nExamples:%n",
        footer = "  slipway version --json")
final class VersionCommand implements Callable<Integer>, IVersionProvider {
    private final Cli cli;

    @Option(names = "--json", description = "Print as JSON.")
    private boolean isJson;

    VersionCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        if (isJson) {
            cli.console().printJson(JsonNodeFactory.instance.objectNode().put("version", version()));
        } else {
            cli.console().print(getVersion()[0]);
        }
        return 0;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"slipway " + version()};
    }

    private static String version() {
        Package own = VersionCommand.class.getPackage();
        String version = own == null ? null : own.getImplementationVersion();
        return version == null ? "development" : version;
    }
}
