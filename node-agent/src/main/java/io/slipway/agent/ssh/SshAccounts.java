package io.slipway.agent.ssh;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.process.Program;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.Ssh;
import io.slipway.protocol.agent.v1.SshResult;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accounts for {@code bosh ssh}: entered by key only, members of the groups that BOSH gives them, gone when they expire.
 * The expiry is a file in the account's home, so that a restarted agent knows it.
 */
public final class SshAccounts {
    private static final Logger LOG = LoggerFactory.getLogger(SshAccounts.class);
    private static final String GROUPS = "vcap,admin,bosh_sudoers,bosh_sshers";
    private static final String EXPIRY = ".slipway-expires-at";

    private final Layout layout;
    private final Clock clock;

    public SshAccounts(Layout layout, Clock clock, ScheduledExecutorService timer) {
        this.layout = layout;
        this.clock = clock;
        timer.scheduleWithFixedDelay(this::removeExpired, 5, 30, TimeUnit.SECONDS);
    }

    public SshResult setUp(Ssh order, String address) throws CommandFailure, IOException, InterruptedException {
        var user = order.getUser();
        if (!user.matches("[a-z_][a-z0-9_-]{0,31}")
                || order.getPublicKey().strip().contains("\n")) {
            throw new CommandFailure(Failure.Code.INVALID, "'" + user + "' with its key is no ssh account");
        }
        if (!Files.isDirectory(layout.sshHomes().resolve(user))) {
            createHomes();
            Program.of(
                            "useradd",
                            "-m",
                            "-b",
                            layout.sshHomes().toString(),
                            "-s",
                            "/bin/bash",
                            "-G",
                            GROUPS,
                            "-p",
                            "*",
                            user)
                    .mustSucceed();
        }
        var home = layout.sshHomes().resolve(user);
        Files.writeString(home.resolve(EXPIRY), String.valueOf(order.getExpiresAtMillis()));
        Files.createDirectories(home.resolve(".ssh"));
        Files.writeString(
                home.resolve(".ssh/authorized_keys"), order.getPublicKey().strip() + "\n");
        Program.of("chown", "-R", user + ":", home.resolve(".ssh").toString()).mustSucceed();
        Program.of("chmod", "-R", "go=,u=rwX", home.resolve(".ssh").toString()).mustSucceed();
        return SshResult.newBuilder()
                .setHostPublicKey(
                        Files.exists(layout.hostKey())
                                ? Files.readString(layout.hostKey()).strip()
                                : "")
                .setAddress(address.isEmpty() ? ownAddress() : address)
                .build();
    }

    public void cleanUp(String pattern) throws CommandFailure, IOException, InterruptedException {
        Pattern users;
        try {
            users = Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new CommandFailure(Failure.Code.INVALID, "user pattern: " + e.getMessage());
        }
        for (var home : homes()) {
            if (users.matcher(home.getFileName().toString()).find()) {
                remove(home);
            }
        }
    }

    private void removeExpired() {
        try {
            for (var home : homes()) {
                var expiry = home.resolve(EXPIRY);
                var millis = Files.exists(expiry) ? Long.parseLong(Files.readString(expiry)) : 0;
                if (millis > 0 && Instant.ofEpochMilli(millis).isBefore(clock.instant())) {
                    LOG.info("ssh account {} has expired", home.getFileName());
                    remove(home);
                }
            }
        } catch (IOException | NumberFormatException e) {
            LOG.warn("expired ssh accounts cannot be removed: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void createHomes() throws IOException, InterruptedException {
        Files.createDirectories(layout.sshHomes());
        Program.of("chmod", "0755", layout.sshHomes().toString()).mustSucceed();
    }

    private static void remove(Path home) throws IOException, InterruptedException {
        var user = home.getFileName().toString();
        Program.of("pkill", "-KILL", "-u", user).run();
        Program.of("userdel", "-r", "-f", user).run();
        io.slipway.agent.layout.Folders.deleteTree(home);
    }

    private java.util.List<Path> homes() throws IOException {
        if (!Files.isDirectory(layout.sshHomes())) {
            return java.util.List.of();
        }
        try (var entries = Files.list(layout.sshHomes())) {
            return entries.toList();
        }
    }

    private static String ownAddress() throws IOException {
        return InetAddress.getLocalHost().getHostAddress();
    }
}
