package io.slipway.store.setting;

import io.slipway.store.Conflicts;
import io.slipway.store.Conflicts.Room;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** What all directors that share a database must have alike, told when one starts. Calls block. */
public final class ClusterSettings {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SALT_BYTES = 16;

    private ClusterSettings() {}

    /** One thing to agree about; its name is the field's in the director's configuration, where it is one. */
    public sealed interface Setting {
        String name();
    }

    /** What may be shown. */
    public record Shown(String name, String content) implements Setting {}

    /**
     * What may not be shown or kept.
     *
     * @param digest makes of a salt, together with what is secret, a text that tells nothing of it
     */
    public record Secret(String name, UnaryOperator<String> digest) implements Setting {}

    /** A director that is not like the others. */
    public static final class Disagreement extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Disagreement(List<String> differences) {
            super("this director does not go with the database that it is to share: " + String.join("; ", differences)
                    + ". Configure it as the other directors of this database, or with a database of its own. Where a"
                    + " difference is meant, stop all directors, and delete the row of that name from table"
                    + " cluster_settings");
        }
    }

    /**
     * Compares what a director has with what the first one of its database had, as far as that was told.
     *
     * @throws Disagreement that names each difference
     */
    public static void compare(Jdbi jdbi, List<Setting> own) {
        jdbi.useHandle(handle -> untold(handle, own));
    }

    /**
     * As {@link #compare}; what nobody has told yet counts from now on. To be called when a director knows that it can read
     * what is in the database: nothing of a first one that cannot shall count.
     *
     * @throws Disagreement that names each difference; nothing is written then
     */
    public static void agree(Jdbi jdbi, List<Setting> own) {
        Conflicts.alone(jdbi, Room.SETTINGS, handle -> {
            var untold = untold(handle, own);
            untold.forEach(setting -> tell(handle, setting));
            return untold.size();
        });
    }

    private static List<Setting> untold(Handle handle, List<Setting> own) {
        var untold = new ArrayList<Setting>();
        var differences = new ArrayList<String>();
        for (Setting setting : own) {
            var counts = handle.select("SELECT content FROM cluster_settings WHERE name = ?", setting.name())
                    .mapTo(String.class)
                    .findOne();
            if (counts.isEmpty()) {
                untold.add(setting);
            } else if (!isLike(setting, counts.get())) {
                differences.add(difference(setting, counts.get()));
            }
        }
        if (!differences.isEmpty()) {
            throw new Disagreement(differences);
        }
        return untold;
    }

    private static boolean isLike(Setting setting, String counts) {
        return switch (setting) {
            case Shown shown -> shown.content().equals(counts);
            case Secret secret -> MessageDigest.isEqual(bytes(salted(secret, saltOf(counts))), bytes(counts));
        };
    }

    private static String difference(Setting setting, String counts) {
        return switch (setting) {
            case Shown shown -> "its " + shown.name() + " is '" + shown.content() + "', and theirs is '" + counts + "'";
            case Secret secret -> "its " + secret.name() + " is another one than theirs";
        };
    }

    private static void tell(Handle handle, Setting setting) {
        String content =
                switch (setting) {
                    case Shown shown -> shown.content();
                    case Secret secret -> salted(secret, newSalt());
                };
        handle.execute("INSERT INTO cluster_settings (name, content) VALUES (?, ?)", setting.name(), content);
    }

    private static String newSalt() {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return HexFormat.of().formatHex(salt);
    }

    private static String saltOf(String salted) {
        return salted.substring(0, Math.max(0, salted.indexOf(':')));
    }

    private static String salted(Secret secret, String salt) {
        return salt + ":" + secret.digest().apply(salt);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
