package io.slipway.engine.upload;

import io.slipway.engine.OrderedTasks.OrderedWork;
import io.slipway.engine.TaskLog;
import io.slipway.engine.upload.UploadService.Source;
import io.slipway.store.blob.ReceivedArchives;
import io.slipway.store.member.Turn;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes archives in. What a client has sent stays until this is over, also where the database is away or the director dies
 * meanwhile; what is at an address is fetched anew then.
 */
final class ArchiveImport implements OrderedWork {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveImport.class);

    private final ReceivedArchives received;
    private final Path work;
    private final Import content;

    /** What is done with an archive. */
    @FunctionalInterface
    interface Import {
        String run(IncomingArchive incoming, ImportOrder order, TaskLog log, Turn turn) throws Exception;
    }

    /** @param work where folders for archives are made */
    ArchiveImport(ReceivedArchives received, Path work, Import content) {
        this.received = received;
        this.work = work;
        this.content = content;
    }

    @Override
    public String run(String ordered, TaskLog log, Turn turn) throws Exception {
        var order = ImportOrder.parse(ordered);
        var archive = order.archive();
        return switch (archive.source()) {
            case Source.Address address -> run(IncomingArchive.remote(archive, work), order, log, turn);
            case Source.Received sent ->
                received.withFile(
                        sent.archive(), file -> run(IncomingArchive.local(archive, file, work), order, log, turn));
        };
    }

    private String run(IncomingArchive archive, ImportOrder order, TaskLog log, Turn turn) throws Exception {
        try (var incoming = archive) {
            return content.run(incoming, order, log, turn);
        }
    }

    @Override
    public void giveBack(String ordered) {
        if (ImportOrder.parse(ordered).archive().source() instanceof Source.Received sent) {
            try {
                received.remove(sent.archive());
            } catch (IOException | RuntimeException failure) {
                LOG.warn("what was received as {} is deleted later: {}", sent.archive(), failure.toString());
            }
        }
    }
}
