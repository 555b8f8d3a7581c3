package io.slipway.engine.upload;

import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner.TaskWork;
import io.slipway.engine.upload.UploadService.Archive;
import io.slipway.engine.upload.UploadService.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes an archive in. What a client has sent stays until this is over, also where the database is away meanwhile. */
final class ArchiveImport implements TaskWork {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveImport.class);

    private final Archive archive;
    private final Path work;
    private final Import content;

    /** What is done with the archive. */
    @FunctionalInterface
    interface Import {
        String run(IncomingArchive incoming, TaskLog log) throws Exception;
    }

    /** @param work where folders for archives are made */
    ArchiveImport(Archive archive, Path work, Import content) {
        this.archive = archive;
        this.work = work;
        this.content = content;
    }

    @Override
    public String run(TaskLog log) throws Exception {
        try (var incoming = IncomingArchive.open(archive, work)) {
            return content.run(incoming, log);
        }
    }

    @Override
    public void giveBack() {
        if (archive.source() instanceof Source.Received received) {
            try {
                Files.deleteIfExists(received.file());
            } catch (IOException failure) {
                LOG.warn("what was received stays at {}: {}", received.file(), failure.toString());
            }
        }
    }
}
