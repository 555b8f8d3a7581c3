package io.slipway.agent.core.command;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.slipway.protocol.agent.v1.CommandAccepted;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.ResultAcknowledged;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which commands were begun and how they ended, in one file that grows and is packed now and then, so that a command is
 * carried out at most once whatever happens to the agent. Results stay until acknowledged; acknowledged ones stay a
 * while, for a late repetition of the command. Memory holds only where they are.
 */
public final class CommandJournal {
    private static final Logger LOG = LoggerFactory.getLogger(CommandJournal.class);
    private static final int KEPT_ACKNOWLEDGED = 256;
    private static final int GROWTH_BYTES = 64 * 1024;
    private static final char STARTED = 'S';
    private static final char RESULT = 'R';
    private static final char ACKNOWLEDGED = 'A';

    private final Path file;
    private final Outlives outlives;
    private final Set<String> started = new LinkedHashSet<>();
    private final Map<String, Place> results = new LinkedHashMap<>();
    private final Map<String, Place> acknowledged = new LinkedHashMap<>();
    /** Results that the disk did not take. They go first when it takes something again. */
    private final Map<String, CommandResult> unwritten = new LinkedHashMap<>();

    private long length;
    private long packedLength;

    /** What a journal outlives. */
    public enum Outlives {
        /** The death of the agent's process. Thousands of simulated agents can afford no more. */
        PROCESS,
        /** The death of the machine: nothing is answered that is not on the disk. */
        MACHINE
    }

    /** Where a result's message is in the file. */
    private record Place(long offset, int length) {}

    private CommandJournal(Path file, Outlives outlives) {
        this.file = file;
        this.outlives = outlives;
    }

    /** Reads what is there; a file that ends in the midst of an entry counts up to it. */
    public static CommandJournal open(Path file, Outlives outlives) throws IOException {
        var journal = new CommandJournal(file, outlives);
        if (Files.exists(file)) {
            journal.replay();
        } else {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
        }
        journal.pack();
        return journal;
    }

    /** Must return before the command does anything. */
    public synchronized void started(String commandId) throws IOException {
        writeResults();
        append(STARTED, begun(commandId), true);
        started.add(commandId);
        packWhereGrown();
    }

    /** Must return before the result is sent. The result is known to this object even where the disk refuses it. */
    public synchronized void finished(CommandResult result) throws IOException {
        started.remove(result.getCommandId());
        unwritten.put(result.getCommandId(), result);
        writeResults();
        packWhereGrown();
    }

    /** The director has the result. */
    public synchronized void acknowledged(String commandId) throws IOException {
        writeResults();
        if (results.containsKey(commandId)) {
            // Where this is lost the director hears of the result once more, and acknowledges again.
            append(ACKNOWLEDGED, acknowledgement(commandId), false);
            forget(commandId);
            packWhereGrown();
        }
    }

    /** How a command ended, where it has. */
    public synchronized Optional<CommandResult> result(String commandId) throws IOException {
        var inMemory = unwritten.get(commandId);
        if (inMemory != null) {
            return Optional.of(inMemory);
        }
        var place = results.getOrDefault(commandId, acknowledged.get(commandId));
        return place == null ? Optional.empty() : Optional.of(read(place));
    }

    /** In the order in which they came. */
    public synchronized List<CommandResult> unacknowledged() throws IOException {
        var found = new ArrayList<CommandResult>();
        for (Place place : results.values()) {
            found.add(read(place));
        }
        found.addAll(unwritten.values());
        return found;
    }

    /** Commands that were begun by an agent process that died since. */
    public synchronized List<String> interrupted() {
        return List.copyOf(started);
    }

    private void writeResults() throws IOException {
        for (CommandResult result : List.copyOf(unwritten.values())) {
            results.put(result.getCommandId(), append(RESULT, result.toByteArray(), true));
            unwritten.remove(result.getCommandId());
        }
    }

    private void forget(String commandId) {
        var place = results.remove(commandId);
        if (place != null) {
            acknowledged.put(commandId, place);
        }
        if (acknowledged.size() > KEPT_ACKNOWLEDGED) {
            acknowledged.remove(acknowledged.keySet().iterator().next());
        }
    }

    private Place append(char kind, byte[] message, boolean isUrgent) throws IOException {
        byte[] entry = entry(kind, message);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.size() < length) {
                throw new IOException(file + " was cut short by somebody else");
            }
            // What an attempt left that failed in its midst.
            channel.truncate(length);
            var buffer = ByteBuffer.wrap(entry);
            while (buffer.hasRemaining()) {
                channel.write(buffer, length + buffer.position());
            }
            if (isUrgent && outlives == Outlives.MACHINE) {
                channel.force(false);
            }
        }
        length += entry.length;
        return new Place(length - message.length, message.length);
    }

    private CommandResult read(Place place) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return CommandResult.parseFrom(bytes(channel, place));
        }
    }

    private byte[] bytes(FileChannel channel, Place place) throws IOException {
        var buffer = ByteBuffer.allocate(place.length());
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, place.offset() + buffer.position()) < 0) {
                throw new EOFException(file + " was cut short by somebody else");
            }
        }
        return buffer.array();
    }

    private void replay() throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            for (int kind = in.read(); kind >= 0; kind = in.read()) {
                byte[] message = delimited(in);
                long begin = length + 1 + CodedOutputStream.computeUInt32SizeNoTag(message.length);
                take((char) kind, message, new Place(begin, message.length));
                length = begin + message.length;
            }
        } catch (EOFException | InvalidProtocolBufferException torn) {
            // Whatever was told to anybody was written whole before.
            LOG.info("{} ends in the midst of an entry, {} bytes are left", file, Files.size(file) - length);
        }
    }

    private void take(char kind, byte[] message, Place place) throws InvalidProtocolBufferException {
        switch (kind) {
            case STARTED -> started.add(CommandAccepted.parseFrom(message).getCommandId());
            case RESULT -> {
                String id = CommandResult.parseFrom(message).getCommandId();
                started.remove(id);
                results.put(id, place);
            }
            case ACKNOWLEDGED -> forget(ResultAcknowledged.parseFrom(message).getCommandId());
            default -> throw new InvalidProtocolBufferException("an unknown kind of entry");
        }
    }

    private static byte[] delimited(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            throw new EOFException();
        }
        int size = CodedInputStream.readRawVarint32(first, in);
        if (size < 0) {
            throw new InvalidProtocolBufferException("a length below zero");
        }
        byte[] message = in.readNBytes(size);
        if (message.length < size) {
            throw new EOFException();
        }
        return message;
    }

    private void packWhereGrown() {
        if (length > 2 * packedLength + GROWTH_BYTES) {
            try {
                pack();
            } catch (IOException e) {
                LOG.warn("{} is not packed and goes on growing: {}", file, e.getMessage());
            }
        }
    }

    /** Writes a new file with what still counts, and takes it in place of the old one. */
    private void pack() throws IOException {
        var folder = Objects.requireNonNull(file.getParent());
        var temporary = folder.resolve("." + file.getFileName() + ".new");
        var options =
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        var onlyOwner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var newResults = new LinkedHashMap<String, Place>();
        var newAcknowledged = new LinkedHashMap<String, Place>();
        long newLength;
        try (var to = FileChannel.open(temporary, options, onlyOwner)) {
            copy(acknowledged, to, newAcknowledged);
            for (String id : acknowledged.keySet()) {
                write(to, entry(ACKNOWLEDGED, acknowledgement(id)));
            }
            copy(results, to, newResults);
            for (String id : started) {
                write(to, entry(STARTED, begun(id)));
            }
            newLength = to.position();
            if (outlives == Outlives.MACHINE) {
                to.force(true);
            }
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        acknowledged.putAll(newAcknowledged);
        results.putAll(newResults);
        length = newLength;
        packedLength = newLength;
        if (outlives == Outlives.MACHINE) {
            try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Copies results as they are, and notes where they went. */
    private void copy(Map<String, Place> places, FileChannel to, Map<String, Place> newPlaces) throws IOException {
        if (places.isEmpty()) {
            return;
        }
        try (var from = FileChannel.open(file, StandardOpenOption.READ)) {
            for (var result : places.entrySet()) {
                byte[] message = bytes(from, result.getValue());
                write(to, entry(RESULT, message));
                newPlaces.put(result.getKey(), new Place(to.position() - message.length, message.length));
            }
        }
    }

    private static void write(FileChannel to, byte[] entry) throws IOException {
        var buffer = ByteBuffer.wrap(entry);
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
    }

    private static byte[] entry(char kind, byte[] message) {
        int head = 1 + CodedOutputStream.computeUInt32SizeNoTag(message.length);
        var entry = new byte[head + message.length];
        entry[0] = (byte) kind;
        try {
            CodedOutputStream.newInstance(entry, 1, head - 1).writeUInt32NoTag(message.length);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        System.arraycopy(message, 0, entry, head, message.length);
        return entry;
    }

    private static byte[] begun(String commandId) {
        return CommandAccepted.newBuilder().setCommandId(commandId).build().toByteArray();
    }

    private static byte[] acknowledgement(String commandId) {
        return ResultAcknowledged.newBuilder().setCommandId(commandId).build().toByteArray();
    }
}
