package io.slipway.secrets.certificate;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** A name besides its subject that a certificate is for. */
public record AlternativeName(Kind kind, String value) {
    private static final int LONGEST = 253;
    private static final int LONGEST_URI = 2_048;
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}", Pattern.DOTALL);
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F.]*:[0-9a-fA-F:.]*");
    private static final String LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
    /** Its last part is no number: what ends in one is a misspelt address. */
    private static final Pattern DNS =
            Pattern.compile("(?:\\*\\.)?(?:" + LABEL + "\\.)*(?!\\d+\\.?$)" + LABEL + "\\.?", Pattern.DOTALL);

    private static final Pattern EMAIL = Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?<host>[^@*]+)");
    private static final Pattern URI_FORM = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://\\S+|urn:\\S+");

    /** What kind of a name it is, as X.509 tells them apart. */
    public enum Kind {
        DNS,
        IP,
        EMAIL,
        URI
    }

    /** Any URI, also of a scheme that {@link #parse} does not take for one. */
    public static AlternativeName uri(String uri) {
        return new AlternativeName(Kind.URI, uri);
    }

    /**
     * Reads a name as people write it.
     *
     * @throws IllegalArgumentException saying what was expected
     */
    public static AlternativeName parse(String text) {
        if (isAddress(text)) {
            return new AlternativeName(Kind.IP, text);
        }
        if (isUri(text)) {
            return uri(text);
        }
        var email = EMAIL.matcher(text);
        if (email.matches() && isHost(email.group("host"))) {
            return new AlternativeName(Kind.EMAIL, text);
        }
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("is '" + text.substring(0, LONGEST) + "...' of " + text.length()
                    + " characters, and must have at most " + LONGEST);
        }
        if (!isHost(text)) {
            throw new IllegalArgumentException("is '" + text + "': expected a DNS name such as app.example or"
                    + " *.app.example, an IP address, an e-mail address, or a URI such as spiffe://domain/path");
        }
        return new AlternativeName(Kind.DNS, text);
    }

    private static boolean isHost(String text) {
        return text.length() <= LONGEST && DNS.matcher(text).matches();
    }

    private static boolean isAddress(String text) {
        return IPV4.matcher(text).matches() || IPV6.matcher(text).matches() && addressOf(text).length > 0;
    }

    /** Nothing where it is none. Nobody is asked: text with a colon is never looked up. */
    private static byte[] addressOf(String text) {
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException notOne) {
            return new byte[0];
        }
    }

    /** The bytes of an IP address, four or sixteen. */
    byte[] address() {
        return addressOf(value);
    }

    private static boolean isUri(String text) {
        if (text.length() > LONGEST_URI || !URI_FORM.matcher(text).matches()) {
            return false;
        }
        try {
            return new URI(text).toASCIIString().equals(text);
        } catch (URISyntaxException broken) {
            return false;
        }
    }
}
