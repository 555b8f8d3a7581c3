package io.slipway.health.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom a plugin trusts over TLS. */
public final class Trust {
    private static final String OPTION = "ca_cert";

    private Trust() {}

    /** Those whose certificates are in the file that the option {@code ca_cert} names; those of the runtime where it is not given. */
    public static SSLContext of(Options options) throws Options.Invalid {
        try {
            if (!options.has(OPTION)) {
                return SSLContext.getDefault();
            }
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            try (var pem = Files.newInputStream(Path.of(options.text(OPTION)))) {
                for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                    store.setCertificateEntry("ca-" + count++, certificate);
                }
            }
            if (count == 0) {
                throw options.invalid(OPTION, "names a file without a certificate in PEM");
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException unusable) {
            throw options.invalid(
                    OPTION,
                    "is '" + options.text(OPTION) + "', and must be a file of certificates in PEM: "
                            + unusable.getMessage());
        }
    }
}
