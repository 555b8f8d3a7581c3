package io.slipway.store;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;

/**
 * Text from outside (agents, CPIs, clients) as the database's columns take it. PostgreSQL refuses a NUL and half a pair of
 * surrogates, H2 does not; both refuse what is longer than its column.
 */
public final class PlainText {
    private static final char REPLACEMENT = '\uFFFD';
    private static final String ELLIPSIS = "...";

    private PlainText() {}

    /** Without control characters but tabs and ends of lines, and without halves of surrogate pairs. */
    public static String clean(String text) {
        return replaced(text, false);
    }

    /** As both databases store it: without what PostgreSQL does not take at all. */
    public static String storable(String text) {
        return replaced(text, true);
    }

    /**
     * As {@link #clean(String)}, and what is too long ends in three dots.
     *
     * @param longest what the column holds
     */
    public static String clean(String text, int longest) {
        String clean = clean(text);
        if (clean.length() <= longest) {
            return clean;
        }
        int end = longest - ELLIPSIS.length();
        return clean.substring(0, Character.isHighSurrogate(clean.charAt(end - 1)) ? end - 1 : end) + ELLIPSIS;
    }

    /** A key: what is too long becomes what it hashes to, so that two keys stay two. */
    public static String key(String text, int longest) {
        return text.length() <= longest && clean(text).equals(text)
                ? text
                : UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** What PostgreSQL does not take at all is replaced in each text that is bound, also in what is looked for. */
    static void guard(Jdbi jdbi) {
        jdbi.registerArgument(new Storable());
    }

    private static final class Storable extends AbstractArgumentFactory<String> {
        Storable() {
            super(java.sql.Types.VARCHAR);
        }

        @Override
        protected Argument build(String value, ConfigRegistry config) {
            String storable = storable(value);
            return (position, statement, context) -> statement.setString(position, storable);
        }
    }

    private static String replaced(String text, boolean onlyWhatCannotBeStored) {
        StringBuilder changed = null;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            boolean isPair = Character.isHighSurrogate(c)
                    && at + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(at + 1));
            if (isPair) {
                at++;
            } else if (onlyWhatCannotBeStored ? isUnstorable(c) : isUnstorable(c) || isControl(c)) {
                if (changed == null) {
                    changed = new StringBuilder(text);
                }
                changed.setCharAt(at, REPLACEMENT);
            }
        }
        return changed == null ? text : changed.toString();
    }

    private static boolean isUnstorable(char c) {
        return c == 0 || Character.isSurrogate(c);
    }

    private static boolean isControl(char c) {
        return Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r';
    }
}
