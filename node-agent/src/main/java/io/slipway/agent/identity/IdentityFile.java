package io.slipway.agent.identity;

import io.slipway.agent.core.identity.Authorities;
import io.slipway.agent.core.identity.Identity;
import io.slipway.agent.core.identity.RenewableIdentity;
import io.slipway.agent.settings.AgentSettings;
import io.slipway.agent.settings.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file that holds a renewed certificate with its key, in the place of those in the settings. */
public final class IdentityFile {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityFile.class);

    private final Path file;

    public IdentityFile(Path file) {
        this.file = file;
    }

    /** The settings' identity, or the one that was renewed since. Renewed ones are kept here. */
    public RenewableIdentity load(AgentSettings settings) throws IOException {
        var original = Identity.ofPem(
                Authorities.ofPem(settings.caPem()), settings.certificatePem(), settings.privateKeyPem());
        return new RenewableIdentity(settings.agentId(), newerThan(original), this::keep, Clock.systemUTC());
    }

    private Identity newerThan(Identity original) {
        if (!Files.exists(file)) {
            return original;
        }
        try {
            if (!(Json.parse(Files.readString(file)) instanceof Map<?, ?> map)) {
                throw new IOException("not a JSON object");
            }
            var renewed = Identity.ofPem(
                    Authorities.ofPem(String.valueOf(map.get("ca"))),
                    String.valueOf(map.get("certificate")),
                    String.valueOf(map.get("private_key")));
            return renewed.end().isAfter(original.end()) ? renewed : original;
        } catch (IOException | IllegalArgumentException broken) {
            LOG.error("{} cannot be read, the certificate of the settings is used: {}", file, broken.getMessage());
            return original;
        }
    }

    private void keep(String caPem, String certificatePem, String privateKeyPem) throws IOException {
        Path temporary = Files.createTempFile(
                Objects.requireNonNull(file.getParent()),
                "identity",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                temporary,
                "{\"ca\":" + Json.quote(caPem) + ",\"certificate\":" + Json.quote(certificatePem) + ",\"private_key\":"
                        + Json.quote(privateKeyPem) + "}");
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
