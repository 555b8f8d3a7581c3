package io.slipway.server;

import io.slipway.engine.EngineSettings.ClusterNode;
import io.slipway.secrets.certificate.DirectorCa;
import io.slipway.secrets.certificate.Issued;
import io.slipway.store.blob.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/**
 * Who this director is among those of its cluster: a name, and that by which it proves to others that it is one of them: a key
 * and a certificate in files, from where they are read anew while the director runs. These are made anew at every start.
 */
final class NodeIdentity {
    /** Of directors alone: who shows another name, such as an agent, is not let in. */
    private static final String COMMON_NAME = "node.slipway.internal";

    private NodeIdentity() {}

    /**
     * The name by which this node knows again, after a restart, what it began: made at the first start, it goes with the data
     * directory.
     */
    static String name(Path dataDirectory) throws IOException {
        Path file = directory(dataDirectory).resolve("name");
        if (!Files.exists(file)) {
            write(file, UUID.randomUUID().toString());
        }
        return Files.readString(file);
    }

    private static Path directory(Path dataDirectory) throws IOException {
        return Files.createDirectories(
                dataDirectory.resolve("node"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Writes the files, for the director's own user. */
    static ClusterNode write(Path dataDirectory, ServerSettings.ClusterAddress where, DirectorCa ca)
            throws IOException {
        Path directory = directory(dataDirectory);
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("certificate.pem");
        Path authority = directory.resolve("ca.pem");
        Issued issued = ca.issueNode(COMMON_NAME);
        write(key, issued.privateKeyPem());
        write(certificate, issued.certificatePem());
        write(authority, ca.caPem());
        return new ClusterNode(
                where.isReachable(), where.address(), where.port(), where.patience(), key, certificate, authority);
    }

    private static void write(Path file, String content) throws IOException {
        Folders.write(file, content.getBytes(StandardCharsets.US_ASCII));
    }
}
