package io.slipway.model.yaml;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Values as Ruby writes them, which is what BOSH makes of a number that stands where a text is meant. */
public final class RubyText {
    /** Numbers with more digits before the point are written with an exponent, unless there are some behind it too. */
    private static final int MOST_DIGITS = 15;

    private static final int MOST_ZEROS = 4;

    private RubyText() {}

    /** The text of a scalar: {@code 1.10} was read as the number 1.1, and is written so; nothing for a null. */
    public static String of(@Nullable Object scalar) {
        return switch (scalar) {
            case null -> "";
            case Double number -> of((double) number);
            case Float number -> of((double) number);
            default -> scalar.toString();
        };
    }

    private static String of(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "Infinity" : "-Infinity";
        }
        if (number == 0) {
            return 1 / number > 0 ? "0.0" : "-0.0";
        }
        String sign = number < 0 ? "-" : "";
        var decimal = new BigDecimal(Double.toString(Math.abs(number))).stripTrailingZeros();
        String digits = decimal.unscaledValue().toString();
        int point = digits.length() - decimal.scale();
        boolean isLarge = point > MOST_DIGITS && point >= digits.length();
        if (isLarge || point <= -MOST_ZEROS) {
            return sign + scientific(digits, point - 1);
        }
        if (point <= 0) {
            return sign + "0." + "0".repeat(-point) + digits;
        }
        if (point >= digits.length()) {
            return sign + digits + "0".repeat(point - digits.length()) + ".0";
        }
        return sign + digits.substring(0, point) + "." + digits.substring(point);
    }

    private static String scientific(String digits, int exponent) {
        String rest = digits.length() == 1 ? "0" : digits.substring(1);
        String power = (exponent < 0 ? "-" : "+") + "%02d".formatted(Math.abs(exponent));
        return digits.charAt(0) + "." + rest + "e" + power;
    }
}
