package io.slipway.engine.variable;

import io.slipway.secrets.variable.VariableStore;
import io.slipway.secrets.variable.VariableStore.VariableRow;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which variables deployments use, and when their certificates end. Values are never told. Calls block. */
public final class VariableService {
    private final VariableStore store;

    public VariableService(VariableStore store) {
        this.store = store;
    }

    /** A version of a variable. */
    public record UsedVariable(long id, String name) {}

    /** A certificate, and when it is good no longer. */
    public record CertificateEnd(long id, String name, Instant end) {}

    /** Those that a deployment uses, in the order of their names. */
    public List<UsedVariable> usedBy(String deployment) {
        return store.usedBy(deployment).stream()
                .map(row -> new UsedVariable(row.id(), row.name()))
                .toList();
    }

    /** Of the certificates among them. */
    public List<CertificateEnd> certificatesOf(String deployment) {
        return store.usedBy(deployment).stream()
                .filter(row -> row.type().equals("certificate"))
                .flatMap(row -> end(row).map(end -> new CertificateEnd(row.id(), row.name(), end)).stream())
                .toList();
    }

    private Optional<Instant> end(VariableRow row) {
        return store.get(row.id())
                .filter(Map.class::isInstance)
                .map(value -> String.valueOf(((Map<?, ?>) value).get("certificate")))
                .flatMap(VariableService::end);
    }

    private static Optional<Instant> end(String pem) {
        try {
            var certificate = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            return certificate instanceof X509Certificate x509
                    ? Optional.of(x509.getNotAfter().toInstant())
                    : Optional.empty();
        } catch (CertificateException notOne) {
            return Optional.empty();
        }
    }
}
