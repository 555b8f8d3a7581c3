package io.slipway.model.yaml;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Ruby's YAML library, Psych, makes of a scalar without quotes: YAML 1.1, with rules of its own. Manifests and releases
 * were written for it, so its every oddity counts.
 *
 * @param value of the kind; the text for {@link Kind#TEXT}, the symbol's name for {@link Kind#SYMBOL}, the name of Ruby's
 *     class for {@link Kind#TIME}
 */
record PlainScalar(Kind kind, @Nullable Object value) {
    enum Kind {
        TEXT,
        NULL,
        BOOLEAN,
        INTEGER,
        FLOAT,
        SYMBOL,
        /** A date or a time, which the BOSH director does not let Psych make. */
        TIME,
        /** A number that would take long to read. */
        ENDLESS
    }

    /** The time to read a number grows with the square of its length. */
    static final int MAX_DIGITS = 100;

    private static final int LONGEST_WORD = 5;
    private static final int SIXTY = 60;

    private static final Pattern NULL = words("null");
    private static final Pattern TRUE = words("yes|true|on");
    private static final Pattern FALSE = words("no|false|off");
    private static final Pattern NO_WORD = Pattern.compile("^[^ytonf~]", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private static final Pattern TIME =
            Pattern.compile("-?\\d{4}-\\d{1,2}-\\d{1,2}(?:[Tt]|\\s+)\\d{1,2}:\\d\\d:\\d\\d(?:\\.\\d*)?"
                    + "(?:\\s*(?:Z|[-+]\\d{1,2}:?(?:\\d\\d)?))?");
    private static final Pattern DATE = Pattern.compile("\\d{4}-(?:1[012]|0\\d|\\d)-(?:[12]\\d|3[01]|0\\d|\\d)");
    private static final Pattern INFINITE = Pattern.compile("[-+]?\\.inf", Pattern.CASE_INSENSITIVE);
    private static final Pattern NOT_A_NUMBER = Pattern.compile("\\.nan", Pattern.CASE_INSENSITIVE);

    /** Psych takes all that begins with a colon for a symbol, and so breaks {@code ::1} and {@code :8080}. */
    private static final Pattern SYMBOL = Pattern.compile(":([A-Za-z_]\\w*[?!=]?)|:([\"'])(.*)\\2.*");

    private static final Pattern SEXAGESIMAL = Pattern.compile("[-+]?[0-9][0-9_]*+(?::[0-5]?[0-9]){1,2}");
    private static final Pattern SEXAGESIMAL_FLOAT =
            Pattern.compile("[-+]?[0-9][0-9_]*+(?::[0-5]?[0-9]){1,2}\\.[0-9_]*");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(?:[0-9][0-9_,]*+)?\\.[0-9]*+(?:[eE][-+][0-9]+)?");
    private static final Pattern INTEGER = Pattern.compile("[-+]?(?:0b[_,]*[01][01_,]*|0[_,]*[0-7][0-7_,]*"
            + "|0|[1-9](?:[0-9]|,[0-9]|_[0-9])*|0x[_,]*[0-9a-fA-F][0-9a-fA-F_,]*)");
    /** As {@link #INTEGER}, for a text of any length. */
    private static final Pattern LONG_INTEGER = Pattern.compile("[-+]?(?:0b[01_,]++|[0-9][0-9_,]*+|0x[0-9a-fA-F_,]++)");

    private static final Pattern LEADING_INTEGER = Pattern.compile("[-+]?\\d+(?:_\\d+)*");
    private static final Pattern LEADING_FLOAT = Pattern.compile("[-+]?\\d+(?:_\\d+)*(?:\\.\\d+(?:_\\d+)*)?");

    static PlainScalar of(String text) {
        if (text.isEmpty()) {
            return new PlainScalar(Kind.NULL, null);
        }
        if (isWordy(text)) {
            return text.length() > LONGEST_WORD ? text(text) : word(text);
        }
        if (text.length() > MAX_DIGITS) {
            return isNumber(text) ? new PlainScalar(Kind.ENDLESS, text) : text(text);
        }
        return number(text);
    }

    private static PlainScalar text(String text) {
        return new PlainScalar(Kind.TEXT, text);
    }

    /** Whether it begins as only texts and words do; also where what begins so is an exponent or the like. */
    private static boolean isWordy(String text) {
        if (text.indexOf('\n') >= 0) {
            return true;
        }
        int first = text.codePointAt(0);
        if (isWordCharacter(first)) {
            return true;
        }
        int width = Character.charCount(first);
        boolean isSkipped = "0123456789.:-".indexOf(first) < 0;
        return isSkipped && text.length() > width && isWordCharacter(text.codePointAt(width));
    }

    private static boolean isWordCharacter(int character) {
        return Character.isAlphabetic(character) || "_ \t\r\f\u000b!@#$%^&*(){}<>|/\\~;=".indexOf(character) >= 0;
    }

    private static PlainScalar word(String text) {
        if (NO_WORD.matcher(text).find()) {
            return text(text);
        }
        if (text.equals("~") || NULL.matcher(text).find()) {
            return new PlainScalar(Kind.NULL, null);
        }
        if (TRUE.matcher(text).find()) {
            return new PlainScalar(Kind.BOOLEAN, true);
        }
        return FALSE.matcher(text).find() ? new PlainScalar(Kind.BOOLEAN, false) : text(text);
    }

    private static PlainScalar number(String text) {
        if (TIME.matcher(text).matches()) {
            return new PlainScalar(Kind.TIME, "Time");
        }
        if (DATE.matcher(text).matches()) {
            return new PlainScalar(Kind.TIME, "Date");
        }
        if (INFINITE.matcher(text).matches()) {
            return decimal(text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        }
        if (NOT_A_NUMBER.matcher(text).matches()) {
            return decimal(Double.NaN);
        }
        var symbol = SYMBOL.matcher(text);
        if (symbol.matches()) {
            String name = symbol.group(1) == null ? symbol.group(3) : symbol.group(1);
            return new PlainScalar(Kind.SYMBOL, name.startsWith(":") ? name.substring(1) : name);
        }
        if (SEXAGESIMAL.matcher(text).matches()) {
            return integer(sexagesimal(text));
        }
        if (SEXAGESIMAL_FLOAT.matcher(text).matches()) {
            return decimal(sexagesimalFloat(text));
        }
        if (FLOAT.matcher(text).matches()) {
            return decimal(text);
        }
        return INTEGER.matcher(text).matches() ? integer(integerOf(text)) : text(text);
    }

    private static boolean isNumber(String text) {
        return LONG_INTEGER.matcher(text).matches()
                || FLOAT.matcher(text).matches()
                || SEXAGESIMAL.matcher(text).matches()
                || SEXAGESIMAL_FLOAT.matcher(text).matches();
    }

    private static PlainScalar decimal(double value) {
        return new PlainScalar(Kind.FLOAT, value);
    }

    /** A point without a digit before or behind it is no number. */
    private static PlainScalar decimal(String text) {
        String digits = text.replaceAll("[,_]", "");
        return digits.chars().noneMatch(Character::isDigit) || !digits.matches("[-+]?\\.?[0-9].*")
                ? text(text)
                : decimal(Double.parseDouble(digits));
    }

    private static PlainScalar integer(BigInteger value) {
        if (value.bitLength() < Integer.SIZE) {
            return new PlainScalar(Kind.INTEGER, value.intValue());
        }
        return new PlainScalar(Kind.INTEGER, value.bitLength() < Long.SIZE ? (Object) value.longValue() : value);
    }

    private static BigInteger integerOf(String text) {
        String digits = text.replaceAll("[,_+]", "").toLowerCase(Locale.ROOT);
        boolean isNegative = digits.startsWith("-");
        String positive = isNegative ? digits.substring(1) : digits;
        BigInteger value;
        if (positive.startsWith("0x")) {
            value = new BigInteger(positive.substring(2), 16);
        } else if (positive.startsWith("0b")) {
            value = new BigInteger(positive.substring(2), 2);
        } else {
            value = new BigInteger(positive, positive.startsWith("0") ? 8 : 10);
        }
        return isNegative ? value.negate() : value;
    }

    /** The first part counts hours even where there are two: 1:30 is 5400, which surprises, and is what Psych reads. */
    private static BigInteger sexagesimal(String text) {
        var sum = BigInteger.ZERO;
        long weight = SIXTY * SIXTY;
        for (String part : text.split(":", -1)) {
            sum = sum.add(leadingInteger(part).multiply(BigInteger.valueOf(weight)));
            weight /= SIXTY;
        }
        return sum;
    }

    private static BigInteger leadingInteger(String part) {
        var found = LEADING_INTEGER.matcher(part);
        return found.lookingAt() ? new BigInteger(found.group().replaceAll("[+_]", "")) : BigInteger.ZERO;
    }

    private static double sexagesimalFloat(String text) {
        double sum = 0;
        long weight = SIXTY * SIXTY;
        for (String part : text.split(":", -1)) {
            var found = LEADING_FLOAT.matcher(part);
            sum += found.lookingAt() ? Double.parseDouble(found.group().replace("_", "")) * weight : 0;
            weight /= SIXTY;
        }
        return sum;
    }

    private static Pattern words(String alternatives) {
        return Pattern.compile("^(?:" + alternatives + ")$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    }
}
