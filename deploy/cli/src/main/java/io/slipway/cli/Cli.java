package io.slipway.cli;

import io.slipway.cli.director.TargetFile;
import io.slipway.cli.output.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What every command needs of the process it runs in.
 *
 * @param home of the user who runs the command; under sudo, of the user who called sudo
 * @param root of the Slipway checkout or installation
 */
public record Cli(Console console, Map<String, String> environment, Path home, Path root) {
    public Cli {
        environment = Map.copyOf(environment);
    }

    static Cli ofProcess() {
        Map<String, String> environment = System.getenv();
        String root = environment.getOrDefault("SLIPWAY_ROOT", "");
        return new Cli(
                Console.ofProcess(environment),
                environment,
                home(environment),
                root.isEmpty() ? Path.of("").toAbsolutePath() : Path.of(root));
    }

    private static Path home(Map<String, String> environment) {
        String sudoUser = environment.getOrDefault("SUDO_USER", "");
        if (!sudoUser.isEmpty() && !sudoUser.equals("root") && isRoot()) {
            try {
                for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
                    String[] fields = line.split(":", -1);
                    if (fields.length > 5 && fields[0].equals(sudoUser)) {
                        return Path.of(fields[5]);
                    }
                }
            } catch (IOException unreadable) {
                // then the home of this process will do
            }
        }
        return Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/")));
    }

    /** Whether this process may do what only root may. */
    public static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException notLinux) {
            return "root".equals(System.getProperty("user.name"));
        }
    }

    /** A variable of the environment, or empty. */
    public String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    public TargetFile targetFile() {
        String named = variable("SLIPWAY_CONFIG");
        if (!named.isEmpty()) {
            return new TargetFile(Path.of(named));
        }
        String xdg = variable("XDG_CONFIG_HOME");
        Path folder = xdg.isEmpty() ? home.resolve(".config") : Path.of(xdg);
        return new TargetFile(folder.resolve("slipway").resolve("config.yml"));
    }
}
