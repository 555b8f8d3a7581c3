package io.slipway.cpi.vsphere.vcenter;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whom the CPI trusts at the other end of a connection. */
final class Trust {
    private Trust() {}

    /** Trusts these certificates only, or, where there are none, those that Java trusts. */
    static SSLContext context(String caPem) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers(caPem), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new CpiException(
                    new CpiFailure.InvalidRequest(
                            "cpi property 'connection_options.ca_cert' is not usable: expected certificates in PEM ("
                                    + e.getMessage() + ")"),
                    e);
        }
    }

    /** Trusts the one host whose certificate has this thumbprint, of which a trusted vCenter told; SHA-1 or SHA-256. */
    static SSLContext thumbprint(String thumbprint) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Pinned(thumbprint)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TrustManager[] managers(String caPem) throws GeneralSecurityException, IOException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (caPem.isBlank()) {
            factory.init((KeyStore) null);
            return factory.getTrustManagers();
        }
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        var certificates = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(caPem.getBytes(StandardCharsets.UTF_8)));
        for (var certificate : certificates) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        if (number == 0) {
            throw new CertificateException("it holds no certificate");
        }
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** Looks at the certificate alone: hosts are called by names and addresses that are not in theirs. */
    private static final class Pinned extends X509ExtendedTrustManager {
        private static final int SHA1_LENGTH = 40;

        private final String wanted;

        Pinned(String thumbprint) {
            wanted = thumbprint.replace(":", "").toLowerCase(Locale.ROOT);
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            try {
                var digest = MessageDigest.getInstance(wanted.length() == SHA1_LENGTH ? "SHA-1" : "SHA-256");
                String found = HexFormat.of().formatHex(digest.digest(chain[0].getEncoded()));
                if (!found.equals(wanted)) {
                    throw new CertificateException(
                            "the host's certificate has the thumbprint " + found + ", and vCenter said " + wanted);
                }
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("there are no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("there are no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("there are no clients here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
