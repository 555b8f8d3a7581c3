package io.slipway.model.name;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problem;
import io.slipway.model.yaml.Fields;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What may be a name, by what is named. Names become parts of entities' ids, of files' names and of columns, so that
 * whoever takes one from outside asks here first. Where BOSH has a rule it is BOSH's; where it has none, a name is any
 * text of one line that the database holds, and that can be told from what stands beside it.
 */
public enum Name {
    /** Part of an entity's id and of DNS names. */
    DEPLOYMENT(Form.IDENTIFIER, Widths.COLUMN - "Deployment|".length(), true),

    /** With a slash and an instance's id it names the instance; part of DNS names. */
    INSTANCE_GROUP(Form.TEXT, Widths.COLUMN - "/".length() - Widths.UUID, true),

    /** With a slash and a range it is a subnet's id; part of DNS names. */
    NETWORK(Form.TEXT, Widths.COLUMN - "Subnet|".length() - "/255.255.255.255/32".length(), true),

    /** A release, a stemcell, or a version of what a release has in it. */
    IDENTIFIER(Form.IDENTIFIER, Widths.COLUMN, false),

    /** A job or a package, which is a file's name wherever it is installed, or a CPI's type, which is part of a path. */
    FILE(Form.IDENTIFIER, Widths.FILE, false),

    /** With the names of director and deployment before it. */
    VARIABLE(Form.VARIABLE, Widths.VARIABLE, false),

    /** A disk that jobs find by a link: a file's name on its VM. */
    DISK(Form.FILE, Widths.DISK, false),

    /** Any byte of it may take three in a file's name. */
    CPI(Form.TEXT, Widths.ENCODED, false),

    /** A cluster: part of the names of many things. */
    CLUSTER(Form.CLUSTER, Widths.CLUSTER, false),

    /** Whoever may log in. A colon ends a name that is sent with a password. */
    USER(Form.USER, Widths.COLUMN, false),

    /** A tag of VMs and disks, which the infrastructure keeps. */
    TAG(Form.LINE, Widths.COLUMN, false),

    /** Anything else that has a name. */
    TEXT(Form.TEXT, Widths.COLUMN, false);

    private final Form form;
    private final int longest;
    private final boolean isLabel;

    Name(Form form, int longest, boolean isLabel) {
        this.form = form;
        this.longest = longest;
        this.isLabel = isLabel;
    }

    private static final class Widths {
        static final int COLUMN = 255;
        static final int UUID = 36;
        /** Of the 255 bytes of a file's name some are for what is put around it. */
        static final int FILE = 200;

        static final int DISK = 64;
        static final int ENCODED = 80;
        /** Of the 500 that the column has. */
        static final int VARIABLE = 240;

        static final int CLUSTER = 48;
    }

    /** How a name is made, and how that is said where one is not. */
    private enum Form {
        LINE("", ""),
        TEXT("", ""),
        /** BOSH's; a dot alone, or two, would be a folder. */
        IDENTIFIER("(?!\\.{1,2}$)[-0-9A-Za-z_+.]+", "letters, digits and any of - _ + ."),
        /** BOSH's, in words of its own. */
        VARIABLE("[a-zA-Z0-9_\\-/]+", ""),
        FILE("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", "letters, digits, and . _ - between them"),
        CLUSTER("[a-z0-9]([-a-z0-9]*[a-z0-9])?", "lower-case letters and digits, and hyphens between them"),
        USER("[^:]+", "no ':'");

        private final Pattern pattern;
        private final String expected;

        Form(String pattern, String expected) {
            this.pattern = Pattern.compile(pattern);
            this.expected = expected;
        }

        boolean fits(String text) {
            return this == LINE || this == TEXT || pattern.matcher(text).matches();
        }
    }

    /** A field that must be there. What is wrong with it is put among the problems, and a harmless name is returned. */
    public String read(Fields fields, String key) {
        if (!fields.has(key)) {
            fields.missing(key);
            return "";
        }
        return readOptional(fields, key).orElse("");
    }

    /** As {@link #read}, of a field that may be left out. */
    public Optional<String> readOptional(Fields fields, String key) {
        return fields.optionalString(key).map(text -> checked(fields, key, text));
    }

    /** Puts what is wrong with a name among the problems; the name, but no longer than one may be. */
    public String checked(Fields fields, String key, String text) {
        problem(fields.path(key), text).ifPresent(found -> fields.problem(found.code(), key, found.message()));
        return text.length() <= longest ? text : text.substring(0, longest);
    }

    /** How many characters a name may have; of a CPI, how many bytes. */
    public int longest() {
        return longest;
    }

    public boolean allows(String text) {
        return problem("", text).isEmpty();
    }

    /** What is wrong with a name; empty where it is one. */
    public Optional<Problem> problem(String field, String text) {
        if (text.isBlank()) {
            return found(ErrorCodes.VIOLATED_MIN, field, "'" + field + "' length (0) should be greater than 0");
        }
        int length = this == CPI ? text.getBytes(StandardCharsets.UTF_8).length : text.length();
        if (length > longest) {
            return found(
                    ErrorCodes.VIOLATED_MAX,
                    field,
                    "'" + field + "' length (" + length + ") should be less than " + (longest + 1));
        }
        if (form == Form.VARIABLE) {
            String wrong = variableFault(text);
            return wrong.isEmpty()
                    ? Optional.empty()
                    : found(
                            ErrorCodes.CONFIG_NAME_SYNTAX,
                            field,
                            "Variable name '" + Fields.shown(text) + "' " + wrong);
        }
        String expected = expected(text);
        if (!expected.isEmpty()) {
            return found(
                    ErrorCodes.INVALID_VALUE,
                    field,
                    "'" + field + "' is '" + Fields.shown(text) + "': expected " + expected);
        }
        String fault = isLabel ? DnsLabel.fault(text) : "";
        return fault.isEmpty()
                ? Optional.empty()
                : found(
                        ErrorCodes.DNS_INVALID_NAME,
                        field,
                        "'" + field + "' is '" + Fields.shown(text) + "': " + fault);
    }

    private String expected(String text) {
        if (text.codePoints().anyMatch(Name::isNotOfOneLine)) {
            return "no control character";
        }
        if (!form.fits(text)) {
            return form.expected;
        }
        if (form == Form.LINE) {
            return "";
        }
        if (!text.strip().equals(text)
                || isSpace(text.codePointAt(0))
                || isSpace(text.codePointBefore(text.length()))) {
            return "no space at its beginning or end";
        }
        return text.indexOf('|') >= 0 ? "no '|'" : "";
    }

    private static String variableFault(String text) {
        if (!Form.VARIABLE.fits(text)) {
            return "must only contain alphanumeric, underscores, dashes, or forward slash characters";
        }
        if (text.endsWith("/")) {
            return "must not end with a forward slash";
        }
        return text.contains("//") ? "must not contain two consecutive forward slashes" : "";
    }

    private static Optional<Problem> found(int code, String field, String message) {
        return Optional.of(new Problem(code, field, message));
    }

    /** A half of a character that is written as two is none, and no database takes it. */
    private static boolean isNotOfOneLine(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }

    private static boolean isSpace(int character) {
        return Character.isSpaceChar(character) || Character.isWhitespace(character);
    }
}
