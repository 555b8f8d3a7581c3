package io.slipway.secrets.variable;

import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.variable.VariableDefinition;
import io.slipway.model.yaml.Yaml;
import io.slipway.secrets.variable.VariableStore.VariableRow;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Definitions that a run is to give values, read and checked, in an order in which they can be made. */
final class WantedVariables {
    private static final int LONGEST_NAME = 500;

    private final UnaryOperator<String> absolute;
    private final CertificatePolicy policy;
    private final Map<String, Wanted> byName = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /** @param absolute gives the absolute name of a variable */
    WantedVariables(UnaryOperator<String> absolute, CertificatePolicy policy) {
        this.absolute = absolute;
        this.policy = policy;
    }

    /** When a value that is there is made anew. */
    enum Mode {
        NO_OVERWRITE,
        OVERWRITE,
        CONVERGE;

        static Mode of(VariableDefinition definition) {
            return switch (definition.updateMode().orElse("no-overwrite")) {
                case "overwrite" -> OVERWRITE;
                case "converge" -> CONVERGE;
                default -> NO_OVERWRITE;
            };
        }
    }

    /**
     * One of them.
     *
     * @param name its absolute one
     * @param row the newest version that is there
     */
    record Wanted(VariableDefinition definition, String name, VariableSpec spec, Optional<VariableRow> row) {
        Mode mode() {
            return Mode.of(definition);
        }

        /** The absolute name of the CA that signs it. */
        Optional<String> ca() {
            return spec instanceof VariableSpec.Certificate certificate ? certificate.ca() : Optional.empty();
        }

        /** What is kept of the options, to find out later whether they ask for another value. */
        String digest() {
            return "2." + Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(spec.essence()));
        }

        /** Versions of old have a digest of their options as they were written. */
        boolean isOtherThan(VariableRow version) {
            boolean isSame = version.optionsHash().equals(digest())
                    || version.optionsHash().equals(HexFormat.of().formatHex(sha256(definition.options())));
            return !isSame || !version.type().equals(definition.type());
        }

        private boolean isMade() {
            return row.isEmpty() || mode() != Mode.NO_OVERWRITE;
        }
    }

    void add(VariableDefinition definition, Optional<VariableRow> row) {
        if (!VariableSpec.TYPES.contains(definition.type())) {
            problem(
                    definition,
                    ".type",
                    " has type '" + definition.type() + "': expected "
                            + OptionReader.one(new TreeSet<>(VariableSpec.TYPES)));
            return;
        }
        var wrong = new ArrayList<String>();
        var spec = VariableSpec.read(definition, policy, absolute, wrong);
        wrong.forEach(sentence -> problem(definition, ".options", ": " + sentence));
        var wanted = new Wanted(definition, absolute.apply(definition.name()), spec, row);
        if (wanted.name().length() > LONGEST_NAME) {
            problem(
                    definition,
                    ".name",
                    " is " + wanted.name().length() + " characters long with its deployment and director before it, and"
                            + " must have at most " + LONGEST_NAME);
        }
        var twin = byName.putIfAbsent(wanted.name(), wanted);
        if (twin != null && !(twin.mode() == wanted.mode() && twin.spec().equals(spec))) {
            problem(definition, "", " is defined twice, and not in the same way");
        }
        row.filter(version -> !wanted.isMade() && !version.type().equals(definition.type()))
                .ifPresent(version -> problem(
                        definition,
                        ".type",
                        " has type '" + definition.type() + "', and its value is a " + version.type()
                                + ": give it update_mode converge or overwrite to have it made anew, or another name"));
    }

    /**
     * Throws {@link InvalidInput} with everything that is wrong.
     *
     * @param isStored whether there is a value of this absolute name
     */
    void check(Predicate<String> isStored) {
        for (Wanted wanted : byName.values()) {
            wanted.ca().ifPresent(ca -> checkSigner(wanted, ca, isStored));
        }
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
    }

    private void checkSigner(Wanted wanted, String ca, Predicate<String> isStored) {
        var definition = wanted.definition();
        String shown = "': its CA '" + definition.options().get("ca") + "'";
        var signer = byName.get(ca);
        boolean isCa = signer == null
                || signer.spec() instanceof VariableSpec.Certificate certificate
                        && certificate.request().isCa();
        if (signer == null && wanted.isMade() && !isStored.test(ca)) {
            problems.add(new Problem(
                    VariableResolver.INVALID,
                    path(definition, ".options.ca"),
                    "variable '" + definition.name() + shown + " is not defined: define it under 'variables'"));
        } else if (!isCa && wanted.isMade()) {
            problems.add(new Problem(
                    VariableResolver.INVALID,
                    path(definition, ".options.ca"),
                    "variable '" + definition.name() + shown + " is no CA: it needs type certificate and is_ca"));
        } else if (isInCircle(wanted)) {
            problems.add(new Problem(
                    VariableResolver.INVALID,
                    path(definition, ".options.ca"),
                    "variable '" + definition.name() + "': its CAs sign each other in a circle"));
        }
    }

    private boolean isInCircle(Wanted wanted) {
        return depth(wanted) > byName.size();
    }

    /** How many that are to be made come before it; more than there are in a circle. */
    private int depth(Wanted wanted) {
        int depth = 0;
        var signer = wanted.ca().map(byName::get);
        while (signer.isPresent() && depth <= byName.size()) {
            depth++;
            signer = signer.get().ca().map(byName::get);
        }
        return depth;
    }

    /** Each comes after its CA. */
    List<List<Wanted>> levels() {
        var levels = new ArrayList<List<Wanted>>();
        for (Wanted wanted : byName.values()) {
            int depth = depth(wanted);
            while (levels.size() <= depth) {
                levels.add(new ArrayList<>());
            }
            levels.get(depth).add(wanted);
        }
        return levels;
    }

    private void problem(VariableDefinition definition, String field, String what) {
        problems.add(new Problem(
                VariableResolver.INVALID, path(definition, field), "variable '" + definition.name() + "'" + what));
    }

    private static String path(VariableDefinition definition, String field) {
        return "variables." + definition.name() + field;
    }

    private static byte[] sha256(Map<String, Object> tree) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(Yaml.canonicalJson(tree).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
