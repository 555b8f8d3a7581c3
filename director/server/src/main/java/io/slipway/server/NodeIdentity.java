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

/**
 * By what this director proves to others of its cluster that it is one: a key and a certificate in files, from where they are
 * read anew while the director runs. They are made anew at every start.
 */
final class NodeIdentity {
    /** Of directors alone: who shows another name, such as an agent, is not let in. */
    private static final String NAME = "node.slipway.internal";

    private NodeIdentity() {}

    /** Writes the files, for the director's own user. */
    static ClusterNode write(Path dataDirectory, ServerSettings.ClusterAddress where, DirectorCa ca)
            throws IOException {
        Path directory = dataDirectory.resolve("node");
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("certificate.pem");
        Path authority = directory.resolve("ca.pem");
        Issued issued = ca.issueNode(NAME);
        write(key, issued.privateKeyPem());
        write(certificate, issued.certificatePem());
        write(authority, ca.caPem());
        return new ClusterNode(where.isReachable(), where.address(), where.port(), key, certificate, authority);
    }

    private static void write(Path file, String pem) throws IOException {
        Folders.write(file, pem.getBytes(StandardCharsets.US_ASCII));
    }
}
