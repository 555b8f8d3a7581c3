package io.slipway.server;

import io.slipway.engine.Deployments;
import io.slipway.engine.variable.VariableService;
import io.slipway.health.liveness.CertificateRules.Certificate;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** When the certificates end that deployments use, and the director's own. Calls block. */
final class CertificatesInUse {
    private final Deployments deployments;
    private final VariableService variables;
    private final Map<String, String> own;

    /** @param own certificates in PEM, by what they are for */
    CertificatesInUse(Deployments deployments, VariableService variables, Map<String, String> own) {
        this.deployments = deployments;
        this.variables = variables;
        this.own = Map.copyOf(own);
    }

    List<Certificate> all() {
        var found = new ArrayList<Certificate>();
        own.forEach((name, pem) -> found.add(own(name, pem)));
        for (var deployment : deployments.list()) {
            variables
                    .certificatesOf(deployment.name())
                    .forEach(one -> found.add(new Certificate(deployment.name(), one.name(), one.end())));
        }
        return found;
    }

    private static Certificate own(String name, String pem) {
        try {
            var certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
            return new Certificate("", name, certificate.getNotAfter().toInstant());
        } catch (CertificateException broken) {
            throw new IllegalArgumentException("a certificate of the director's own is broken", broken);
        }
    }
}
