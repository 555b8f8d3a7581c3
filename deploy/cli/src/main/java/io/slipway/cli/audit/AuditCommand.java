package io.slipway.cli.audit;

import io.slipway.cli.Cli;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What can be asked of the audit trail as a chain. Its facts as people read them are what {@code bosh events} lists. */
@Command(
        name = "audit",
        header = "Prove or export the audit trail.",
        subcommandsRepeatable = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway audit head > head-of-today",
            "  slipway audit verify --anchor \"$(cat head-of-today)\"",
            "  slipway audit export > audit.jsonl"
        })
public final class AuditCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** With its subcommands. */
    public static CommandLine line(Cli cli) {
        var line = new CommandLine(new AuditCommand());
        line.addSubcommand("head", new HeadCommand(cli));
        line.addSubcommand("verify", new VerifyCommand(cli));
        line.addSubcommand("export", new ExportCommand(cli));
        line.getSubcommands().values().forEach(command -> command.getCommandSpec()
                .mixinStandardHelpOptions(true));
        return line;
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }
}
