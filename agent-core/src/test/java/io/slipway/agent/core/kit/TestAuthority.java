package io.slipway.agent.core.kit;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A director's certificate authority. All leaves have one key, to be quick; certificates began five minutes ago. */
public final class TestAuthority {
    private static final Duration LIFE = Duration.ofHours(2);

    private final KeyPair keys = newKeys();
    private final KeyPair leafKeys = newKeys();
    private final X509Certificate certificate;

    public TestAuthority() {
        certificate = issue("test CA", keys.getPublic(), true, LIFE);
    }

    public String pem() {
        return pem(certificate);
    }

    public String leafKeyPem() {
        try {
            return pem(new JcaPKCS8Generator(leafKeys.getPrivate(), null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Good for this machine, for the name, and for the agent of this id. */
    public String certificatePem(String name) {
        return certificatePem(name, LIFE);
    }

    public String certificatePem(String name, Duration left) {
        return pem(issue(name, leafKeys.getPublic(), false, left));
    }

    /** Signs a certification request, in DER. */
    public String renewed(byte[] pkcs10) {
        try {
            var request = new JcaPKCS10CertificationRequest(pkcs10);
            assertThat(request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(request.getPublicKey())))
                    .isTrue();
            return pem(issue(
                    request.getSubject().toString().substring("CN=".length()), request.getPublicKey(), false, LIFE));
        } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException e) {
            throw new AssertionError(e);
        }
    }

    /** For a server on this machine. */
    public SSLContext serverTls() {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            var leaf = issue("127.0.0.1", leafKeys.getPublic(), false, LIFE);
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

    private X509Certificate issue(String name, PublicKey key, boolean isAuthority, Duration left) {
        var now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=test CA"),
                BigInteger.valueOf(System.nanoTime()),
                Date.from(now.minus(Duration.ofMinutes(5))),
                Date.from(now.plus(left)),
                new X500Name("CN=" + name),
                key);
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.dNSName, name.replace(' ', '-')),
                new GeneralName(GeneralName.uniformResourceIdentifier, "slipway:agent:" + name.replace(' ', '-'))
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
