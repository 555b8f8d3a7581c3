package io.slipway.secrets.variable;

import io.slipway.model.variable.VariableDefinition;
import io.slipway.secrets.certificate.AlternativeName;
import io.slipway.secrets.certificate.CertificateRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What a variable's value is to be like: its options, read and checked, with what stands for those that are not given. */
sealed interface VariableSpec {
    Set<String> TYPES = Set.of("password", "user", "certificate", "rsa", "ssh");

    /**
     * What of it makes a value another one. As with CredHub, a certificate's duration does not: one that only asks for
     * another duration goes on.
     */
    Map<String, Object> essence();

    /** Characters and length of a password. */
    record Password(int length, List<CharacterClass> classes) implements VariableSpec {
        @Override
        public Map<String, Object> essence() {
            return Map.of(
                    "length",
                    length,
                    "classes",
                    classes.stream().map(Enum::name).toList());
        }
    }

    /** A name, made up where it is empty, and a password. */
    record User(String username, Password password) implements VariableSpec {
        @Override
        public Map<String, Object> essence() {
            return Map.of("username", username, "password", password.essence());
        }
    }

    record Rsa(int bits) implements VariableSpec {
        @Override
        public Map<String, Object> essence() {
            return Map.of("bits", bits);
        }
    }

    record Ssh(int bits, String comment) implements VariableSpec {
        @Override
        public Map<String, Object> essence() {
            return Map.of("bits", bits, "comment", comment);
        }
    }

    /**
     * A certificate.
     *
     * @param ca absolute name of the variable that signs it; none where it signs itself
     */
    record Certificate(CertificateRequest request, Optional<String> ca) implements VariableSpec {
        @Override
        public Map<String, Object> essence() {
            var subject = request.subject();
            var essence = new TreeMap<String, Object>(Map.of(
                    "common_name", subject.commonName(),
                    "organizations", subject.organizations(),
                    "units", subject.organizationalUnits(),
                    "locality", subject.locality(),
                    "state", subject.state(),
                    "country", subject.country()));
            essence.put(
                    "alternative_names",
                    request.alternativeNames().stream()
                            .map(AlternativeName::value)
                            .toList());
            essence.put("key_usage", request.keyUsage().stream().sorted().toList());
            essence.put("extended_key_usage", request.extendedKeyUsage());
            essence.put("is_ca", request.isCa());
            essence.put("key", request.key().algorithm() + " " + request.key().bits());
            essence.put("ca", ca.orElse(""));
            return essence;
        }
    }

    /** Characters that passwords are made of. */
    enum CharacterClass {
        LOWER("abcdefghijklmnopqrstuvwxyz"),
        DIGIT("0123456789"),
        UPPER("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        /** Of those that config servers take, all but the ones that quotes do not keep from a shell. */
        SPECIAL("!#$%&()*,-./:;<=>?@[]^_{|}~");

        private final String characters;

        CharacterClass(String characters) {
            this.characters = characters;
        }

        String characters() {
            return characters;
        }
    }

    /**
     * Reads a definition of one of the {@link #TYPES}.
     *
     * @param absolute gives the absolute name of a variable
     * @param wrong takes a sentence for each thing that is wrong; then the result is not to be used
     */
    static VariableSpec read(
            VariableDefinition definition,
            CertificatePolicy policy,
            UnaryOperator<String> absolute,
            List<String> wrong) {
        var options = new OptionReader(definition.options());
        VariableSpec spec =
                switch (definition.type()) {
                    case "password" -> password(options);
                    case "user" -> new User(options.text("username", 1_000), password(options));
                    case "rsa" -> new Rsa(rsaBits(options));
                    case "ssh" -> new Ssh(rsaBits(options), options.text("ssh_comment", 1_000));
                    case "certificate" -> CertificateOptions.read(definition.name(), options, policy, absolute);
                    default -> throw new IllegalArgumentException("type '" + definition.type() + "'");
                };
        wrong.addAll(options.wrong());
        return spec;
    }

    private static Password password(OptionReader options) {
        var classes = new ArrayList<CharacterClass>();
        if (!options.isOn("exclude_lower")) {
            classes.add(CharacterClass.LOWER);
        }
        if (!options.isOn("exclude_number")) {
            classes.add(CharacterClass.DIGIT);
        }
        if (!options.isOn("exclude_upper")) {
            classes.add(CharacterClass.UPPER);
        }
        if (options.isOn("include_special")) {
            classes.add(CharacterClass.SPECIAL);
        }
        if (classes.isEmpty()) {
            options.wrong("its options exclude every character that a password may have");
        }
        return new Password(options.number("length", 30, 1, 1_024), List.copyOf(classes));
    }

    static int rsaBits(OptionReader options) {
        int bits = options.number("key_length", 2_048, 2_048, 4_096);
        if (bits % 1_024 != 0) {
            options.wrong("key_length is '" + bits + "', and must be 2048, 3072 or 4096");
        }
        return bits;
    }
}
