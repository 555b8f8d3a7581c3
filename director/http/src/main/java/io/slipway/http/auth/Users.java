package io.slipway.http.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** The users of the API. Passwords are held as salted PBKDF2 hashes; a check takes the same time for all users. */
public final class Users {
    private static final int ITERATIONS = 120_000;
    private static final int KEY_BITS = 256;
    private static final int SALT_BYTES = 16;

    private final Map<String, Known> users = new LinkedHashMap<>();
    private final byte[] salt = new byte[SALT_BYTES];
    private final Map<String, User> recent = new ConcurrentHashMap<>();

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

    public Users(List<Credential> credentials) {
        new SecureRandom().nextBytes(salt);
        for (Credential credential : credentials) {
            users.put(
                    credential.name(),
                    new Known(
                            hash(credential.password()),
                            new User(credential.name(), credential.role().equals("admin"))));
        }
    }

    /** Empty where name or password is wrong. */
    public Optional<User> authenticate(String name, String password) {
        // A hash costs tens of milliseconds: what was right a moment ago is known by a cheaper digest.
        String digest = digest(name, password);
        User known = recent.get(digest);
        if (known != null) {
            return Optional.of(known);
        }
        byte[] hash = hash(password);
        Known found = users.get(name);
        boolean isRight = MessageDigest.isEqual(found == null ? new byte[hash.length] : found.hash(), hash);
        if (found == null || !isRight) {
            return Optional.empty();
        }
        recent.put(digest, found.user());
        return Optional.of(found.user());
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
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, KEY_BITS))
                    .getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has PBKDF2", impossible);
        }
    }
}
