package io.slipway.cpi.simulated.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.slipway.cpi.simulated.store.JsonFiles;
import io.slipway.protocol.agent.v1.CommandAccepted;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.ResultAcknowledged;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which commands were begun and how they ended: one file that grows, and is packed when it is opened. Results stay until
 * acknowledged; acknowledged ones stay a while, for a late repetition of the command.
 */
final class CommandJournal {
    private static final int KEPT_ACKNOWLEDGED = 256;
    private static final char STARTED = 'S';
    private static final char RESULT = 'R';
    private static final char ACKNOWLEDGED = 'A';

    private final Path file;
    private final Set<String> started = new LinkedHashSet<>();
    private final Map<String, CommandResult> results = new LinkedHashMap<>();
    private final Map<String, CommandResult> acknowledged = new LinkedHashMap<>();

    private CommandJournal(Path file) {
        this.file = file;
    }

    static CommandJournal open(Path file) {
        var journal = new CommandJournal(file);
        try {
            if (Files.exists(file)) {
                journal.replay(Files.readAllBytes(file));
                JsonFiles.replace(file, journal.packed());
            }
            return journal;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Must return before the command does anything. */
    synchronized void started(String commandId) {
        write(STARTED, begun(commandId));
        started.add(commandId);
    }

    /** Must return before the result is sent. */
    synchronized void finished(CommandResult result) {
        write(RESULT, result);
        keep(result);
    }

    synchronized void acknowledged(String commandId) {
        if (results.containsKey(commandId)) {
            write(
                    ACKNOWLEDGED,
                    ResultAcknowledged.newBuilder().setCommandId(commandId).build());
            forget(commandId);
        }
    }

    synchronized Optional<CommandResult> result(String commandId) {
        return Optional.ofNullable(results.getOrDefault(commandId, acknowledged.get(commandId)));
    }

    synchronized List<CommandResult> unacknowledged() {
        return List.copyOf(results.values());
    }

    /** Commands that were begun by an agent that died since. */
    synchronized List<String> interrupted() {
        return List.copyOf(started);
    }

    private void keep(CommandResult result) {
        started.remove(result.getCommandId());
        results.put(result.getCommandId(), result);
    }

    private void forget(String commandId) {
        var result = results.remove(commandId);
        if (result != null) {
            acknowledged.put(commandId, result);
        }
        if (acknowledged.size() > KEPT_ACKNOWLEDGED) {
            acknowledged.remove(acknowledged.keySet().iterator().next());
        }
    }

    private void write(char kind, MessageLite message) {
        try {
            Files.write(file, entry(kind, message), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static byte[] entry(char kind, MessageLite message) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(kind);
        message.writeDelimitedTo(bytes);
        return bytes.toByteArray();
    }

    /** The end of the file may be torn; what is there before it counts. */
    private void replay(byte[] content) throws IOException {
        var in = new ByteArrayInputStream(content);
        try {
            for (int kind = in.read(); kind >= 0; kind = in.read()) {
                switch ((char) kind) {
                    case STARTED ->
                        started.add(
                                required(CommandAccepted.parseDelimitedFrom(in)).getCommandId());
                    case RESULT -> keep(required(CommandResult.parseDelimitedFrom(in)));
                    case ACKNOWLEDGED ->
                        forget(required(ResultAcknowledged.parseDelimitedFrom(in))
                                .getCommandId());
                    default -> throw new InvalidProtocolBufferException("unknown entry");
                }
            }
        } catch (InvalidProtocolBufferException torn) {
            // All that was told to anybody was written whole before.
        }
    }

    private static <T> T required(@org.jspecify.annotations.Nullable T message) throws InvalidProtocolBufferException {
        if (message == null) {
            throw new InvalidProtocolBufferException("torn entry");
        }
        return message;
    }

    private byte[] packed() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (CommandResult old : acknowledged.values()) {
            bytes.writeBytes(entry(RESULT, old));
            bytes.writeBytes(entry(
                    ACKNOWLEDGED,
                    ResultAcknowledged.newBuilder()
                            .setCommandId(old.getCommandId())
                            .build()));
        }
        for (CommandResult result : results.values()) {
            bytes.writeBytes(entry(RESULT, result));
        }
        for (String commandId : started) {
            bytes.writeBytes(entry(STARTED, begun(commandId)));
        }
        return bytes.toByteArray();
    }

    private static CommandAccepted begun(String commandId) {
        return CommandAccepted.newBuilder().setCommandId(commandId).build();
    }
}
