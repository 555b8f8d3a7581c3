package io.slipway.cli;

import io.slipway.cli.audit.AuditCommand;
import io.slipway.cli.cluster.ClusterCommand;
import io.slipway.cli.cluster.ClustersCommand;
import io.slipway.cli.cluster.CreateClusterCommand;
import io.slipway.cli.cluster.DeleteClusterCommand;
import io.slipway.cli.cluster.GetCredentialsCommand;
import io.slipway.cli.cluster.PlansCommand;
import io.slipway.cli.machine.BuildCommand;
import io.slipway.cli.machine.DownCommand;
import io.slipway.cli.machine.KubectlCommand;
import io.slipway.cli.machine.MigrateDatabaseCommand;
import io.slipway.cli.machine.StatusCommand;
import io.slipway.cli.machine.UpCommand;
import io.slipway.cli.task.TaskCommand;
import io.slipway.cli.task.TasksCommand;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry of the slipway command. Exit code 0 means done; 1 means that it failed or that the input was bad. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(Cli.ofProcess(), arguments));
    }

    /** Runs one command and returns its exit code; tests call it as the process does. */
    public static int run(Cli cli, String... arguments) {
        return commandLine(cli).execute(arguments);
    }

    static CommandLine commandLine(Cli cli) {
        var line = new CommandLine(new Root());
        Map<String, Object> commands = new java.util.LinkedHashMap<>();
        commands.put("up", new UpCommand(cli));
        commands.put("down", new DownCommand(cli));
        commands.put("status", new StatusCommand(cli));
        commands.put("create-cluster", new CreateClusterCommand(cli));
        commands.put("clusters", new ClustersCommand(cli));
        commands.put("cluster", new ClusterCommand(cli));
        commands.put("delete-cluster", new DeleteClusterCommand(cli));
        commands.put("get-credentials", new GetCredentialsCommand(cli));
        commands.put("plans", new PlansCommand(cli));
        commands.put("tasks", new TasksCommand(cli));
        commands.put("task", new TaskCommand(cli));
        commands.put("audit", AuditCommand.line(cli));
        commands.put("build", new BuildCommand(cli));
        commands.put("migrate-database", new MigrateDatabaseCommand(cli));
        commands.put("kubectl", new KubectlCommand(cli));
        commands.put("version", new VersionCommand(cli));
        commands.forEach(line::addSubcommand);
        addHelp(line);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof CliException known) {
                cli.console().error(oneLine(String.valueOf(known.getMessage())));
            } else {
                cli.console().error("this is a fault in slipway: " + failure);
                failure.printStackTrace();
            }
            return 1;
        });
        line.setParameterExceptionHandler((bad, given) -> {
            cli.console().error(usageError(bad));
            return 1;
        });
        return line;
    }

    private static void addHelp(CommandLine line) {
        line.getCommandSpec().mixinStandardHelpOptions(true);
        // Everything after "kubectl" is kubectl's.
        Objects.requireNonNull(line.getSubcommands().get("kubectl"))
                .setUnmatchedArgumentsAllowed(true)
                .setUnmatchedOptionsArePositionalParams(true)
                .setStopAtUnmatched(true);
        line.getSubcommands().values().stream()
                .filter(command -> !command.getCommandName().equals("kubectl"))
                .forEach(command -> command.getCommandSpec()
                        .addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                                .usageHelp(true)
                                .description("Show this help.")
                                .build()));
        line.getCommandSpec().versionProvider(() -> new String[] {"slipway (see 'slipway version')"});
    }

    private static String usageError(ParameterException bad) {
        String command = bad.getCommandLine().getCommandSpec().qualifiedName(" ");
        if (bad instanceof UnmatchedArgumentException unmatched
                && bad.getCommandLine().getParent() == null
                && !unmatched.getUnmatched().isEmpty()) {
            return "there is no command '" + unmatched.getUnmatched().getFirst() + "': see 'slipway --help'";
        }
        return oneLine(String.valueOf(bad.getMessage())) + " (see '" + command + " --help')";
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    /** The command without a subcommand shows what there is. */
    @Command(
            name = "slipway",
            header = "Kubernetes clusters on demand.",
            description = {
                "",
                "Start with 'sudo ./slipway up': it starts a director on this machine and makes a cluster."
            },
            commandListHeading = "%nCommands:%n")
    static final class Root implements Runnable {
        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().usage(System.out);
        }
    }
}
