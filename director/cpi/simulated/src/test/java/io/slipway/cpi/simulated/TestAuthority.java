package io.slipway.cpi.simulated;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A director's certificate authority. All leaves have one key, to be quick. */
final class TestAuthority {
    private static final Duration LIFE = Duration.ofHours(2);

    private final KeyPair keys = newKeys();
    private final KeyPair leafKeys = newKeys();
    private final X509Certificate certificate;

    TestAuthority() {
        certificate = issue("test CA", keys.getPublic(), true, Instant.now().plus(LIFE));
    }

    String pem() {
        return pem(certificate);
    }

    String leafKeyPem() {
        try {
            return pem(new JcaPKCS8Generator(leafKeys.getPrivate(), null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Good for this machine and for the name. */
    String certificatePem(String name) {
        return certificatePem(name, Instant.now().plus(LIFE));
    }

    String certificatePem(String name, Instant until) {
        return pem(issue(name, leafKeys.getPublic(), false, until));
    }

    /** For a server on this machine. */
    SSLContext serverTls() {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            var leaf = issue(
                    "127.0.0.1", leafKeys.getPublic(), false, Instant.now().plus(LIFE));
            store.setKeyEntry("leaf", leafKeys.getPrivate(), new char[0], new Certificate[] {leaf});
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, new char[0]);
            var tls = SSLContext.getInstance("TLS");
            tls.init(managers.getKeyManagers(), null, null);
            return tls;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate issue(String name, PublicKey key, boolean isAuthority, Instant until) {
        var builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=test CA"),
                BigInteger.valueOf(System.nanoTime()),
                Date.from(Instant.now().minus(Duration.ofMinutes(5))),
                Date.from(until),
                new X500Name("CN=" + name),
                key);
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.dNSName, name.replace(' ', '-'))
            }));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(Object object) {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
