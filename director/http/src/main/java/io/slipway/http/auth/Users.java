package io.slipway.http.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The users of the API. Passwords are held as salted PBKDF2 hashes; a check takes the same time for all users, and who
 * gives wrong ones often has to wait.
 */
public final class Users {
    private static final int ITERATIONS = 120_000;
    private static final int KEY_BITS = 256;
    private static final int SALT_BYTES = 16;

    private final Map<String, Known> users = new LinkedHashMap<>();
    private final byte[] salt = new byte[SALT_BYTES];
    private final Map<String, User> recent = new ConcurrentHashMap<>();
    /** Hashing is slow on purpose; strangers must not keep all processors busy with it. */
    private final Semaphore hashing = new Semaphore(2);

    private final Patience patience;

    /** Who asks, and whether they may change anything. */
    public record User(String name, boolean isAdmin) {
        /** Who gave no name, or a wrong password. */
        public static final User NOBODY = new User("", false);
    }

    /** A user as configured; role is admin or readonly. */
    public record Credential(String name, String password, String role) {
        @Override
        public String toString() {
            return "Credential[" + name + "]";
        }
    }

    private record Known(byte[] hash, User user) {}

    /** What became of a name and a password. */
    public sealed interface Outcome {
        record Right(User user) implements Outcome {}

        record Wrong() implements Outcome {}

        /** Not looked at: too many were wrong before. */
        record TooOften(Duration pause) implements Outcome {}
    }

    public Users(List<Credential> credentials) {
        this(credentials, InstantSource.system());
    }

    Users(List<Credential> credentials, InstantSource clock) {
        this.patience = new Patience(clock);
        new SecureRandom().nextBytes(salt);
        for (Credential credential : credentials) {
            users.put(
                    credential.name(),
                    new Known(
                            hash(credential.password()),
                            new User(credential.name(), credential.role().equals("admin"))));
        }
    }

    /**
     * Blocks for the time that a check takes.
     *
     * @param address from where the request comes
     */
    public Outcome authenticate(String address, String name, String password) {
        // A hash costs tens of milliseconds: what was right a moment ago is known by a cheaper digest.
        String digest = digest(name, password);
        User known = recent.get(digest);
        if (known != null) {
            return new Outcome.Right(known);
        }
        String source = address + " " + (users.containsKey(name) ? name : "");
        Duration wait = patience.waitOf(source);
        if (!wait.isZero()) {
            return new Outcome.TooOften(wait);
        }
        Known found = users.get(name);
        byte[] hash = hash(password);
        boolean isRight = MessageDigest.isEqual(found == null ? new byte[hash.length] : found.hash(), hash);
        if (found == null || !isRight) {
            patience.wrong(source);
            return new Outcome.Wrong();
        }
        patience.right(source);
        recent.put(digest, found.user());
        return new Outcome.Right(found.user());
    }

    private String digest(String name, String password) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return new String(digest.digest(password.getBytes(StandardCharsets.UTF_8)), StandardCharsets.ISO_8859_1);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    private byte[] hash(String password) {
        hashing.acquireUninterruptibly();
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, KEY_BITS))
                    .getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has PBKDF2", impossible);
        } finally {
            hashing.release();
        }
    }
}
