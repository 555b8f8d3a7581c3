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
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The users of the API. A check takes the same time for all users, and who gives wrong passwords often has to wait: that,
 * and not a slow hash, hinders guessing, because the settings from which they come hold the passwords themselves.
 *
 * <p>A user who was right from somewhere is not made to wait there, whatever others do elsewhere. From where a user has
 * not been right yet, nothing is looked at while there is a wait, the right password no more than a wrong one.
 */
public final class Users {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int MOST_PROVEN = 10_000;

    private final Map<String, Known> users = new LinkedHashMap<>();
    private final SecretKeySpec key;
    private final Patience patience;

    /** Who was right from where; the one that was not asked for longest is forgotten first. */
    private final Map<Proven, Boolean> proven = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Proven, Boolean> eldest) {
            return size() > MOST_PROVEN;
        }
    };

    /**
     * Who asks, and whether they may change anything.
     *
     * @param isScraper reads metrics, and what there is to be scraped, and nothing else
     */
    public record User(String name, boolean isAdmin, boolean isScraper) {
        /** Who gave no name, or a wrong password. */
        public static final User NOBODY = new User("", false, false);

        private static final Set<String> FOR_SCRAPERS = Set.of("metrics", "sd");

        /** @param first segment of a path */
        public boolean mayAsk(String first) {
            return !isScraper || FOR_SCRAPERS.contains(first);
        }
    }

    /** A user as configured; role is admin, readonly or metrics. */
    public record Credential(String name, String password, String role) {
        @Override
        public String toString() {
            return "Credential[" + name + "]";
        }
    }

    private record Known(byte[] digest, User user) {}

    private record Proven(Origin origin, String name) {}

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
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, ALGORITHM);
        for (Credential credential : credentials) {
            users.put(
                    credential.name(),
                    new Known(
                            digest(credential.name(), credential.password()),
                            new User(
                                    credential.name(),
                                    credential.role().equals("admin"),
                                    credential.role().equals("metrics"))));
        }
    }

    /** Whether this is a user's password; said only where no wait keeps it from being looked at. */
    public Outcome authenticate(Origin origin, String name, String password) {
        byte[] digest = digest(name, password);
        Known found = users.get(name);
        boolean isRight = MessageDigest.isEqual(found == null ? new byte[digest.length] : found.digest(), digest);
        var both = new Proven(origin, name);
        if (found != null && isRight && isProven(both)) {
            return new Outcome.Right(found.user());
        }
        Duration wait = patience.take(origin.text(), found != null && isRight);
        if (!wait.isZero()) {
            return new Outcome.TooOften(wait);
        }
        if (found == null || !isRight) {
            return new Outcome.Wrong();
        }
        prove(both);
        return new Outcome.Right(found.user());
    }

    private boolean isProven(Proven both) {
        synchronized (proven) {
            return proven.get(both) != null;
        }
    }

    private void prove(Proven both) {
        synchronized (proven) {
            proven.put(both, true);
        }
    }

    private byte[] digest(String name, String password) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(name.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, impossible);
        }
    }
}
