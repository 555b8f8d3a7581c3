package io.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A certificate authority for one test. */
final class TestAuthority {
    record Leaf(X509Certificate certificate, KeyPair keys) {
        String certificatePem() {
            return pem(certificate);
        }

        String keyPem() throws Exception {
            return pem(new JcaPKCS8Generator(keys.getPrivate(), null));
        }
    }

    private final KeyPair keys = newKeys();
    private final X509Certificate certificate;

    TestAuthority() throws Exception {
        var builder = builder("CN=test CA", keys.getPublic(), Duration.ofHours(1));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        certificate = sign(builder);
    }

    X509Certificate certificate() {
        return certificate;
    }

    String pem() {
        return pem(certificate);
    }

    Leaf issue(String name, GeneralName... alternatives) throws Exception {
        return issue(name, Duration.ofHours(1), alternatives);
    }

    Leaf issue(String name, Duration left, GeneralName... alternatives) throws Exception {
        var leafKeys = newKeys();
        var builder = builder("CN=" + name, leafKeys.getPublic(), left);
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
        return new Leaf(sign(builder), leafKeys);
    }

    /** Signs a certification request, in DER, for an hour. */
    String renewed(byte[] pkcs10) {
        try {
            var request = new JcaPKCS10CertificationRequest(pkcs10);
            assertThat(request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(request.getPublicKey())))
                    .isTrue();
            return pem(sign(builder(request.getSubject().toString(), request.getPublicKey(), Duration.ofHours(1))));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static JcaX509v3CertificateBuilder builder(String subject, PublicKey key, Duration left) {
        var now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                new X500Name("CN=test CA"),
                BigInteger.valueOf(System.nanoTime()),
                Date.from(now.minus(Duration.ofMinutes(5))),
                Date.from(now.plus(left)),
                new X500Name(subject),
                key);
    }

    private X509Certificate sign(JcaX509v3CertificateBuilder builder) throws Exception {
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static KeyPair newKeys() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static String pem(Object object) {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return text.toString();
    }
}
