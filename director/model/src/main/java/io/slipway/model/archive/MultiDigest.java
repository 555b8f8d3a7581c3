package io.slipway.model.archive;

import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Digests as BOSH writes them: SHA-1 in hexadecimal, or with {@code sha1:}, {@code sha256:} or {@code sha512:} before it,
 * or several of them between semicolons, of which the strongest counts.
 */
public final class MultiDigest {
    private static final int BUFFER = 128 * 1024;

    private MultiDigest() {}

    /** How a digest is made; the strongest last. */
    public enum Algorithm {
        SHA1("SHA-1", "sha1:"),
        SHA256("SHA-256", "sha256:"),
        SHA512("SHA-512", "sha512:");

        private final String javaName;
        private final String prefix;

        Algorithm(String javaName, String prefix) {
            this.javaName = javaName;
            this.prefix = prefix;
        }
    }

    /** A file's digest as BOSH writes it. */
    public static String of(Path file, Algorithm algorithm) {
        try (InputStream content = Files.newInputStream(file)) {
            return of(content, algorithm);
        } catch (IOException failure) {
            throw new IllegalStateException("the file '" + file.getFileName() + "' cannot be read", failure);
        }
    }

    /** The same of a stream, which is read to its end and not closed. */
    public static String of(InputStream content, Algorithm algorithm) throws IOException {
        try {
            var digest = MessageDigest.getInstance(algorithm.javaName);
            byte[] buffer = new byte[BUFFER];
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return (algorithm == Algorithm.SHA1 ? "" : algorithm.prefix)
                    + HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has " + algorithm.javaName, impossible);
        }
    }

    /**
     * Checks a file; nothing is checked where no digest is expected.
     *
     * @param code of the {@link InvalidInput} that is thrown
     * @param what names the file in messages
     */
    public static void verify(Path file, String expected, int code, String what) {
        if (expected.isBlank()) {
            return;
        }
        Expected strongest = Arrays.stream(expected.split(";", -1))
                .flatMap(one -> parse(one.strip()).stream())
                .max(Comparator.comparing(Expected::algorithm))
                .orElseThrow(() -> new InvalidInput(new Problem(
                        code, what, what + " should have digest '" + expected + "', which is none of a known kind")));
        String found = of(file, strongest.algorithm());
        if (!found.equals(strongest.digest())) {
            throw new InvalidInput(new Problem(
                    code,
                    what,
                    what + " has digest " + found + ", and " + strongest.digest()
                            + " was expected: the archive is damaged"));
        }
    }

    private record Expected(Algorithm algorithm, String digest) {}

    private static Optional<Expected> parse(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.contains(":")) {
            return Optional.of(new Expected(Algorithm.SHA1, text));
        }
        for (Algorithm algorithm : Algorithm.values()) {
            if (text.startsWith(algorithm.prefix)) {
                boolean isBare = algorithm == Algorithm.SHA1;
                return Optional.of(new Expected(algorithm, isBare ? text.substring(algorithm.prefix.length()) : text));
            }
        }
        return Optional.empty();
    }
}
