package io.slipway.server;

import io.slipway.server.migration.DatabaseMigration;
import java.util.Arrays;
import java.util.function.Consumer;

/** Moves what a director keeps to where other settings of the same director say. */
final class Migration {
    private Migration() {}

    /**
     * Moves it. Nothing is taken away from where it was.
     *
     * @throws IllegalStateException that says why it cannot be done
     */
    static void run(ServerSettings from, ServerSettings to, Consumer<String> progress) {
        if (!from.uuid().equals(to.uuid())) {
            throw new IllegalStateException("the settings to move to have uuid '" + to.uuid()
                    + "', and those to move from '" + from.uuid() + "': they must be of the same director");
        }
        if (!Arrays.equals(from.encryptionKey(), to.encryptionKey())) {
            throw new IllegalStateException(
                    "the settings to move to have another encryption_key: with it nothing that is"
                            + " sealed could be read");
        }
        var blobs = new DatabaseMigration.BlobChange(
                from.blobs(), to.blobs(), from.dataDirectory().resolve("copies"));
        new DatabaseMigration(from.database(), to.database(), blobs, from.uuid(), progress).run();
    }
}
