package io.slipway.engine.upload;

import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner.TaskWork;
import io.slipway.engine.upload.UploadService.Archive;
import io.slipway.engine.upload.UploadService.Source;
import io.slipway.store.blob.ReceivedArchives;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes an archive in. What a client has sent stays until this is over, also where the database is away meanwhile. */
final class ArchiveImport implements TaskWork {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveImport.class);

    private final Archive archive;
    private final ReceivedArchives received;
    private final Path work;
    private final Import content;

    /** What is done with the archive. */
    @FunctionalInterface
    interface Import {
        String run(IncomingArchive incoming, TaskLog log) throws Exception;
    }

    /** @param work where folders for archives are made */
    ArchiveImport(Archive archive, ReceivedArchives received, Path work, Import content) {
        this.archive = archive;
        this.received = received;
        this.work = work;
        this.content = content;
    }

    @Override
    public String run(TaskLog log) throws Exception {
        return switch (archive.source()) {
            case Source.Address address -> run(IncomingArchive.remote(archive, work), log);
            case Source.Received sent ->
                received.withFile(sent.archive(), file -> run(IncomingArchive.local(archive, file, work), log));
        };
    }

    private String run(IncomingArchive archive, TaskLog log) throws Exception {
        try (var incoming = archive) {
            return content.run(incoming, log);
        }
    }

    @Override
    public void giveBack() {
        if (archive.source() instanceof Source.Received sent) {
            try {
                received.remove(sent.archive());
            } catch (IOException | RuntimeException failure) {
                LOG.warn("what was received as {} is deleted later: {}", sent.archive(), failure.toString());
            }
        }
    }
}
