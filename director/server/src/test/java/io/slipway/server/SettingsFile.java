package io.slipway.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A director's settings as they have to be: for their owner alone. */
final class SettingsFile {
    private SettingsFile() {}

    static Path write(Path folder, String content) throws IOException {
        Path file = Files.writeString(folder.resolve("director.yml"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
