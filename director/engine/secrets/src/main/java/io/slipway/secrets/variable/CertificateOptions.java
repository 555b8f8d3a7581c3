package io.slipway.secrets.variable;

import io.slipway.secrets.certificate.AlternativeName;
import io.slipway.secrets.certificate.CertificateRequest;
import io.slipway.secrets.certificate.CertificateUsages;
import io.slipway.secrets.certificate.KeyKind;
import io.slipway.secrets.certificate.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Reads the options of certificates: those of BOSH's config servers, and {@code key_type}. */
final class CertificateOptions {
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_PLACE = 128;
    private static final int DAYS = 365;
    private static final int MOST_DAYS = 36_500;

    private CertificateOptions() {}

    /** @param variable its name */
    static VariableSpec.Certificate read(
            String variable, OptionReader options, CertificatePolicy policy, UnaryOperator<String> absolute) {
        boolean isCa = options.isOn("is_ca");
        var ca = Optional.of(options.text("ca", Integer.MAX_VALUE)).filter(name -> !name.isEmpty());
        checkSigner(options, isCa, ca.isPresent());
        var names = alternativeNames(options);
        var subject = subject(options);
        if (subject.isEmpty() && names.isEmpty()) {
            options.wrong("common_name is missing: a certificate without any name is of no use");
        } else if (subject.isEmpty() && (isCa || ca.isEmpty())) {
            // Who signs cannot do without a subject.
            subject = Subject.of(variable.substring(0, Math.min(variable.length(), LONGEST_NAME)));
        }
        int days = Math.max(options.number("duration", DAYS, 1, MOST_DAYS), policy.minimumDays(isCa));
        return new VariableSpec.Certificate(
                new CertificateRequest(
                        subject,
                        names,
                        options.allOf("key_usage", CertificateUsages.keyUsages()),
                        options.allOf("extended_key_usage", CertificateUsages.extendedKeyUsages()),
                        isCa,
                        key(options),
                        Duration.ofDays(days)),
                ca.map(absolute));
    }

    /** {@code self_sign} is CredHub's name of it; {@code self_signed} was ours. */
    private static void checkSigner(OptionReader options, boolean isCa, boolean hasCa) {
        boolean isSelfSigned = options.isOn("self_sign") | options.isOn("self_signed");
        if (hasCa && isSelfSigned) {
            options.wrong("self_sign is 'true' and there is a ca: expected one of them");
        }
        if (!hasCa && !isSelfSigned && !isCa) {
            options.wrong("'ca' is missing: name the CA variable, or set is_ca or self_sign");
        }
    }

    private static Subject subject(OptionReader options) {
        String country = options.text("country", 2);
        if (!country.isEmpty() && country.length() <= 2 && !country.matches("[A-Za-z]{2}")) {
            options.wrong("country is '" + country + "', and must be two letters");
        }
        return new Subject(
                options.text("common_name", LONGEST_NAME),
                options.texts("organization", LONGEST_NAME),
                options.texts("organization_unit", LONGEST_NAME),
                options.text("locality", LONGEST_PLACE),
                options.text("state", LONGEST_PLACE),
                country);
    }

    private static List<AlternativeName> alternativeNames(OptionReader options) {
        var names = new ArrayList<AlternativeName>();
        for (String name : options.texts("alternative_names", Integer.MAX_VALUE)) {
            try {
                names.add(AlternativeName.parse(name));
            } catch (IllegalArgumentException none) {
                options.wrong("alternative_names: one " + none.getMessage());
            }
        }
        return names;
    }

    private static KeyKind key(OptionReader options) {
        String type = options.oneOf("key_type", "rsa", Set.of("rsa", "ec"));
        if (!type.equals("ec")) {
            return KeyKind.rsa(VariableSpec.rsaBits(options));
        }
        int bits = options.number("key_length", 256, 256, 521);
        if (!Set.of(256, 384, 521).contains(bits)) {
            options.wrong("key_length is '" + bits + "', and must be 256, 384 or 521 where key_type is ec");
            return KeyKind.P256;
        }
        return new KeyKind(KeyKind.Algorithm.EC, bits);
    }
}
