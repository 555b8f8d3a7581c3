package io.slipway.cli.machine;

import io.slipway.cli.Cli;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is asked of the machine before anything is changed on it. Tests answer in its place. */
interface Machine {
    boolean isLinux();

    boolean isRoot();

    boolean isPortFree(int port);

    /** Bytes that may be written to the file system of a path, which need not exist yet. */
    long freeBytes(Path path) throws IOException;

    /** The file system's type, such as ext4 or overlay, of a path, which need not exist yet. */
    String fileSystem(Path path) throws IOException;

    /** Whether two paths are on one file system. */
    boolean isSameStore(Path one, Path other) throws IOException;

    boolean hasProgram(String name);

    /** The lines of /proc/net/route. */
    List<String> routes();

    /** For what holds until the machine is started anew. */
    Path runFolder();

    /** Addresses of the name servers that other machines could ask too: none of the loopback's. */
    List<String> nameServers();

    /** Where PostgreSQL's programs are: a folder for each version, with its bin folder in it. */
    Path postgresqlPrograms();

    /** The user that PostgreSQL runs as, because it refuses to run as root; empty for the user of this process. */
    String postgresqlUser();

    /** This machine. */
    static Machine actual(Cli cli) {
        return new Machine() {
            @Override
            public boolean isLinux() {
                return System.getProperty("os.name", "").equals("Linux");
            }

            @Override
            public boolean isRoot() {
                return Cli.isRoot();
            }

            @Override
            public boolean isPortFree(int port) {
                try (var socket = new ServerSocket()) {
                    socket.setReuseAddress(true);
                    socket.bind(new InetSocketAddress((InetAddress) null, port));
                    return true;
                } catch (IOException taken) {
                    return false;
                }
            }

            @Override
            public long freeBytes(Path path) throws IOException {
                return Files.getFileStore(existing(path)).getUsableSpace();
            }

            @Override
            public String fileSystem(Path path) throws IOException {
                return Files.getFileStore(existing(path)).type();
            }

            @Override
            public boolean isSameStore(Path one, Path other) throws IOException {
                return Files.getFileStore(existing(one)).equals(Files.getFileStore(existing(other)));
            }

            @Override
            public boolean hasProgram(String name) {
                String path = cli.variable("PATH") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
                return List.of(path.split(":", -1)).stream()
                        .filter(folder -> !folder.isEmpty())
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
            }

            @Override
            public List<String> routes() {
                try {
                    return Files.readAllLines(Path.of("/proc/net/route"));
                } catch (IOException none) {
                    return List.of();
                }
            }

            @Override
            public Path runFolder() {
                return Path.of("/run/slipway");
            }

            @Override
            public List<String> nameServers() {
                // A stub of systemd-resolved listens on the loopback only; what it asks itself is in its own file.
                for (String file : List.of("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf")) {
                    List<String> found = NameServers.read(Path.of(file));
                    if (!found.isEmpty()) {
                        return found;
                    }
                }
                return List.of();
            }

            @Override
            public Path postgresqlPrograms() {
                return Path.of("/usr/lib/postgresql");
            }

            @Override
            public String postgresqlUser() {
                return "postgres";
            }

            private Path existing(Path path) {
                Path present = path.toAbsolutePath();
                while (!Files.exists(present) && present.getParent() != null) {
                    present = present.getParent();
                }
                return present;
            }
        };
    }
}
