package io.slipway.engine.certificate;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
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

    /** Makes a certificate with a key of its own, signed by the CA, or by itself where there is none. */
    public Issued make(CertificateRequest request, Optional<Issued> ca) {
        try {
            KeyPair keys = newKeys(request.isRsa());
            var made = ca.isPresent()
                    ? certificate(request, keys.getPublic(), signerOf(ca.get()))
                    : certificate(request, keys.getPublic(), selfSigner(request, keys));
            return new Issued(pem(made), pem(new JcaPKCS8Generator(keys.getPrivate(), null)));
        } catch (GeneralSecurityException | OperatorCreationException | IOException failure) {
            throw failed(request, failure);
        }
    }

    /** A certificate for a key that somebody else holds, as PEM. */
    public String sign(CertificateRequest request, PublicKey key, Issued ca) {
        try {
            return pem(certificate(request, key, signerOf(ca)));
        } catch (GeneralSecurityException | OperatorCreationException | IOException failure) {
            throw failed(request, failure);
        }
    }

    private static IllegalStateException failed(CertificateRequest request, Exception failure) {
        return new IllegalStateException(
                "the certificate '" + request.commonName() + "' could not be made: " + failure.getMessage(), failure);
    }

    private record Signer(X500Name name, SubjectPublicKeyInfo publicKey, PrivateKey privateKey) {}

    private static Signer signerOf(Issued ca) throws IOException {
        X509CertificateHolder issuing = certificate(ca.certificatePem());
        return new Signer(issuing.getSubject(), issuing.getSubjectPublicKeyInfo(), privateKey(ca.privateKeyPem()));
    }

    private static Signer selfSigner(CertificateRequest request, KeyPair keys) {
        return new Signer(
                subjectOf(request),
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()),
                keys.getPrivate());
    }

    private X509CertificateHolder certificate(CertificateRequest request, PublicKey key, Signer signer)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        var builder = new X509v3CertificateBuilder(
                signer.name(),
                new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
                Date.from(clock.instant().minus(CLOCK_SKEW)),
                Date.from(clock.instant().plus(request.validity())),
                subjectOf(request),
                SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        extend(builder, request, key, signer.publicKey());
        String algorithm = signer.privateKey().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        return builder.build(new JcaContentSignerBuilder(algorithm).build(signer.privateKey()));
    }

    /** A key pair: EC P-256, or RSA 2048. */
    public static KeyPair newKeys(boolean isRsa) throws GeneralSecurityException {
        if (isRsa) {
            return newRsaKeys(2048);
        }
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    /** @param bits of the modulus */
    public static KeyPair newRsaKeys(int bits) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits, RANDOM);
        return generator.generateKeyPair();
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

    private static X500Name subjectOf(CertificateRequest request) {
        var name = new X500NameBuilder(BCStyle.INSTANCE);
        request.organizations().forEach(one -> name.addRDN(BCStyle.O, one));
        request.organizationalUnits().forEach(one -> name.addRDN(BCStyle.OU, one));
        name.addRDN(BCStyle.CN, request.commonName());
        return name.build();
    }

    private static void extend(
            X509v3CertificateBuilder builder, CertificateRequest request, PublicKey key, SubjectPublicKeyInfo issuerKey)
            throws IOException, GeneralSecurityException {
        var identifiers = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuerKey));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(request.isCa()));
        int usage = request.isCa()
                ? KeyUsage.keyCertSign | KeyUsage.cRLSign
                : KeyUsage.digitalSignature | (request.isRsa() ? KeyUsage.keyEncipherment : 0);
        int asked = request.keyUsage().stream()
                .mapToInt(CertificateMaker::keyUsage)
                .reduce(0, (left, right) -> left | right);
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(asked == 0 ? usage : asked));
        var purposes = purposes(request);
        if (!purposes.isEmpty()) {
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
        }
        if (!request.alternativeNames().isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(request.alternativeNames().stream()
                            .map(CertificateMaker::generalName)
                            .toArray(GeneralName[]::new)));
        }
    }

    private static int keyUsage(String usage) {
        return switch (usage) {
            case "digital_signature" -> KeyUsage.digitalSignature;
            case "non_repudiation" -> KeyUsage.nonRepudiation;
            case "key_encipherment" -> KeyUsage.keyEncipherment;
            case "data_encipherment" -> KeyUsage.dataEncipherment;
            case "key_agreement" -> KeyUsage.keyAgreement;
            case "key_cert_sign" -> KeyUsage.keyCertSign;
            case "crl_sign" -> KeyUsage.cRLSign;
            case "encipher_only" -> KeyUsage.encipherOnly;
            case "decipher_only" -> KeyUsage.decipherOnly;
            default ->
                throw new IllegalArgumentException("key_usage '" + usage
                        + "' is unknown: expected digital_signature, non_repudiation, key_encipherment,"
                        + " data_encipherment, key_agreement, key_cert_sign, crl_sign, encipher_only or decipher_only");
        };
    }

    private static List<KeyPurposeId> purposes(CertificateRequest request) {
        var purposes = new ArrayList<KeyPurposeId>();
        for (String usage : request.extendedKeyUsage()) {
            switch (usage) {
                case "client_auth" -> purposes.add(KeyPurposeId.id_kp_clientAuth);
                case "server_auth" -> purposes.add(KeyPurposeId.id_kp_serverAuth);
                case "code_signing" -> purposes.add(KeyPurposeId.id_kp_codeSigning);
                case "email_protection" -> purposes.add(KeyPurposeId.id_kp_emailProtection);
                case "timestamping" -> purposes.add(KeyPurposeId.id_kp_timeStamping);
                default ->
                    throw new IllegalArgumentException("extended_key_usage '" + usage
                            + "' is unknown: expected client_auth, server_auth, code_signing, email_protection or"
                            + " timestamping");
            }
        }
        return purposes;
    }

    private static GeneralName generalName(String name) {
        if (name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || name.contains("::")) {
            return new GeneralName(GeneralName.iPAddress, name);
        }
        return name.matches("[a-z]+:.*")
                ? new GeneralName(GeneralName.uniformResourceIdentifier, name)
                : new GeneralName(GeneralName.dNSName, name);
    }
}
