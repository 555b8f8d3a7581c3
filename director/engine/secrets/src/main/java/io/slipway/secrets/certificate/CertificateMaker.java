package io.slipway.secrets.certificate;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes X.509 certificates: self-signed, or signed by a CA. */
public final class CertificateMaker {
    private static final int SERIAL_BITS = 127;
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Clock clock;

    public CertificateMaker(Clock clock) {
        this.clock = clock;
    }

    /**
     * Makes a certificate with a key of its own, signed by the CA, or by itself where there is none.
     *
     * @throws IllegalArgumentException where the CA is none, or its key is missing
     */
    public Issued make(CertificateRequest request, Optional<Issued> ca) {
        KeyPair keys = request.key().pair();
        String made = ca.isPresent()
                ? sign(request, keys.getPublic(), ca.get())
                : sign(request, keys.getPublic(), selfSigner(request, keys));
        return new Issued(made, privatePem(keys));
    }

    /** A certificate for a key that somebody else holds, as PEM. */
    public String sign(CertificateRequest request, PublicKey key, Issued ca) {
        return sign(request, key, signerOf(ca));
    }

    private String sign(CertificateRequest request, PublicKey key, Signer signer) {
        try {
            return pem(certificate(request, key, signer));
        } catch (GeneralSecurityException | OperatorCreationException | IOException failure) {
            throw new IllegalStateException(
                    "the certificate '" + request.subject().commonName() + "' could not be made: "
                            + failure.getMessage(),
                    failure);
        }
    }

    /**
     * Whether a certificate was signed by the key of another.
     *
     * @param pem of the certificate
     * @param caPem of the other
     */
    public static boolean isSignedBy(String pem, String caPem) {
        try {
            var converter = new JcaX509CertificateConverter();
            converter
                    .getCertificate(certificate(pem))
                    .verify(converter.getCertificate(certificate(caPem)).getPublicKey());
            return true;
        } catch (IOException | GeneralSecurityException another) {
            return false;
        }
    }

    /** Whether two PEM texts hold the same certificate. */
    public static boolean isSame(String pem, String other) {
        try {
            return certificate(pem).equals(certificate(other));
        } catch (IOException notOne) {
            return false;
        }
    }

    /** @param keyIdentifier as the signer's own certificate has it */
    private record Signer(X500Name name, byte[] keyIdentifier, PrivateKey privateKey) {}

    private static Signer signerOf(Issued ca) {
        try {
            X509CertificateHolder issuing = certificate(ca.certificatePem());
            var constraints = BasicConstraints.fromExtensions(issuing.getExtensions());
            if (constraints == null || !constraints.isCA()) {
                throw new IllegalArgumentException("'" + issuing.getSubject() + "' is not the certificate of a CA");
            }
            return new Signer(issuing.getSubject(), keyIdentifier(issuing), privateKey(ca.privateKeyPem()));
        } catch (IOException | GeneralSecurityException broken) {
            throw new IllegalArgumentException("the CA cannot be signed with: " + broken.getMessage(), broken);
        }
    }

    /** CAs that were made elsewhere may compute theirs in another way. */
    private static byte[] keyIdentifier(X509CertificateHolder issuing) throws GeneralSecurityException {
        var own = SubjectKeyIdentifier.fromExtensions(issuing.getExtensions());
        return own == null
                ? new JcaX509ExtensionUtils()
                        .createSubjectKeyIdentifier(issuing.getSubjectPublicKeyInfo())
                        .getKeyIdentifier()
                : own.getKeyIdentifier();
    }

    private static Signer selfSigner(CertificateRequest request, KeyPair keys) {
        return new Signer(subjectOf(request.subject()), keyIdentifier(keys.getPublic()), keys.getPrivate());
    }

    private static byte[] keyIdentifier(PublicKey key) {
        try {
            return new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key).getKeyIdentifier();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-1", impossible);
        }
    }

    private X509CertificateHolder certificate(CertificateRequest request, PublicKey key, Signer signer)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        var builder = new X509v3CertificateBuilder(
                signer.name(),
                new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
                Date.from(clock.instant().minus(CLOCK_SKEW)),
                Date.from(clock.instant().plus(request.validity())),
                subjectOf(request.subject()),
                SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        extend(builder, request, key, signer);
        return builder.build(new JcaContentSignerBuilder(algorithm(signer.privateKey())).build(signer.privateKey()));
    }

    private static String algorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC", "ECDSA" ->
                key instanceof ECKey curve && curve.getParams().getOrder().bitLength() > 256
                        ? "SHA384withECDSA"
                        : "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
    }

    /** The private key as PEM: an RSA key as PKCS #1, which old clients want, others as PKCS #8. */
    public static String privatePem(KeyPair keys) {
        try {
            return keys.getPrivate().getAlgorithm().equals("RSA")
                    ? pem(keys.getPrivate())
                    : pem(new JcaPKCS8Generator(keys.getPrivate(), null));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Any object that Bouncy Castle knows, as PEM. */
    public static String pem(Object object) {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return text.toString();
    }

    static X509CertificateHolder certificate(String pem) throws IOException {
        try (var parser = new PEMParser(new StringReader(pem))) {
            if (parser.readObject() instanceof X509CertificateHolder holder) {
                return holder;
            }
        }
        throw new IOException("there is no certificate in the PEM text");
    }

    static PrivateKey privateKey(String pem) throws IOException {
        try (var parser = new PEMParser(new StringReader(pem))) {
            Object found = parser.readObject();
            if (found instanceof PrivateKeyInfo info) {
                return new JcaPEMKeyConverter().getPrivateKey(info);
            }
            if (found instanceof PEMKeyPair pair) {
                return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
            }
            throw new IOException("there is no private key in the PEM text");
        }
    }

    private static X500Name subjectOf(Subject subject) {
        var name = new X500NameBuilder(BCStyle.INSTANCE);
        add(name, BCStyle.C, subject.country());
        add(name, BCStyle.ST, subject.state());
        add(name, BCStyle.L, subject.locality());
        subject.organizations().forEach(one -> name.addRDN(BCStyle.O, one));
        subject.organizationalUnits().forEach(one -> name.addRDN(BCStyle.OU, one));
        add(name, BCStyle.CN, subject.commonName());
        return name.build();
    }

    private static void add(X500NameBuilder name, ASN1ObjectIdentifier attribute, String value) {
        if (!value.isEmpty()) {
            name.addRDN(attribute, value);
        }
    }

    private static void extend(
            X509v3CertificateBuilder builder, CertificateRequest request, PublicKey key, Signer signer)
            throws IOException {
        builder.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(key)));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(signer.keyIdentifier()));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(request.isCa()));
        builder.addExtension(Extension.keyUsage, true, CertificateUsages.keyUsage(request));
        if (!request.extendedKeyUsage().isEmpty()) {
            builder.addExtension(
                    Extension.extendedKeyUsage, false, CertificateUsages.extendedKeyUsage(request.extendedKeyUsage()));
        }
        if (!request.alternativeNames().isEmpty()) {
            // Who has no subject is known by these alone (RFC 5280, 4.2.1.6).
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    request.subject().isEmpty(),
                    new GeneralNames(request.alternativeNames().stream()
                            .distinct()
                            .map(CertificateMaker::generalName)
                            .toArray(GeneralName[]::new)));
        }
    }

    private static GeneralName generalName(AlternativeName name) {
        ASN1Encodable text = new DERIA5String(name.value());
        return switch (name.kind()) {
            case DNS -> new GeneralName(GeneralName.dNSName, text);
            case EMAIL -> new GeneralName(GeneralName.rfc822Name, text);
            case URI -> new GeneralName(GeneralName.uniformResourceIdentifier, text);
            case IP -> new GeneralName(GeneralName.iPAddress, new DEROctetString(name.address()));
        };
    }
}
