package io.slipway.agent.journal;

import io.slipway.agent.layout.DurableFile;
import io.slipway.protocol.agent.v1.CommandResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Which commands were begun and how they ended: a small, synced file for each command id and stage, so that a command is
 * carried out at most once whatever happens to the agent. Results stay until acknowledged; acknowledged ones stay a
 * while, for a late repetition of the command.
 */
public final class Journal {
    private static final int KEPT_ACKNOWLEDGED = 256;
    private static final String STARTED = ".started";
    private static final String RESULT = ".result";
    private static final String ACKNOWLEDGED = ".acknowledged";

    private final Path folder;

    private Journal(Path folder) {
        this.folder = folder;
    }

    public static Journal open(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new Journal(folder);
    }

    /** Must return before the command does anything. */
    public synchronized void started(String commandId) throws IOException {
        write(commandId, STARTED, commandId.getBytes(StandardCharsets.UTF_8));
    }

    /** Must return before the result is sent. */
    public synchronized void finished(CommandResult result) throws IOException {
        write(result.getCommandId(), RESULT, result.toByteArray());
        Files.deleteIfExists(file(result.getCommandId(), STARTED));
    }

    public synchronized void acknowledged(String commandId) throws IOException {
        try {
            Files.move(file(commandId, RESULT), file(commandId, ACKNOWLEDGED), StandardCopyOption.ATOMIC_MOVE);
            forgetOldest();
        } catch (NoSuchFileException e) {
            // acknowledged before
        }
    }

    public synchronized Optional<CommandResult> result(String commandId) throws IOException {
        for (var stage : List.of(RESULT, ACKNOWLEDGED)) {
            var file = file(commandId, stage);
            if (Files.exists(file)) {
                return Optional.of(CommandResult.parseFrom(Files.readAllBytes(file)));
            }
        }
        return Optional.empty();
    }

    public synchronized List<CommandResult> unacknowledged() throws IOException {
        var results = new ArrayList<CommandResult>();
        for (var file : files(RESULT)) {
            results.add(CommandResult.parseFrom(Files.readAllBytes(file)));
        }
        return results;
    }

    /** Commands that were begun by an agent process that died since. */
    public synchronized List<String> interrupted() throws IOException {
        var ids = new ArrayList<String>();
        for (var file : files(STARTED)) {
            var id = Files.readString(file);
            if (result(id).isPresent()) {
                Files.deleteIfExists(file);
            } else {
                ids.add(id);
            }
        }
        return ids;
    }

    private void forgetOldest() throws IOException {
        var old = files(ACKNOWLEDGED);
        if (old.size() <= KEPT_ACKNOWLEDGED) {
            return;
        }
        old.sort(Comparator.comparingLong(f -> f.toFile().lastModified()));
        for (var file : old.subList(0, old.size() - KEPT_ACKNOWLEDGED)) {
            Files.deleteIfExists(file);
        }
    }

    private List<Path> files(String suffix) throws IOException {
        var found = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(folder, "*" + suffix)) {
            entries.forEach(found::add);
        }
        return found;
    }

    private Path file(String commandId, String suffix) {
        var isPlain = commandId.length() <= 100 && commandId.matches("[A-Za-z0-9][A-Za-z0-9_-]*");
        var name = isPlain ? commandId : "x" + HexFormat.of().formatHex(digest(commandId));
        return folder.resolve(name + suffix);
    }

    private static byte[] digest(String text) {
        try {
            return java.security.MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(String commandId, String suffix, byte[] content) throws IOException {
        DurableFile.write(file(commandId, suffix), content);
    }
}
