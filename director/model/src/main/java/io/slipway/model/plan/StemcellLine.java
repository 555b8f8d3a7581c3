package io.slipway.model.plan;

import io.slipway.model.version.BoshVersion;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Stemcells of one operating system and major version: what is compiled for one of them runs on all of them. */
public final class StemcellLine {
    private StemcellLine() {}

    /** Whether two of them, each as {@code os/version}, are of one line. */
    public static boolean isSame(String one, String other) {
        return os(one).equals(os(other)) && major(one).equals(major(other));
    }

    /** Of those that are of the wanted one's line the newest, as BOSH chooses. */
    public static Optional<String> closest(String wanted, Collection<String> candidates) {
        return candidates.stream()
                .filter(candidate -> isSame(wanted, candidate))
                .max(Comparator.comparing(candidate -> BoshVersion.parse(version(candidate))));
    }

    private static String os(String stemcell) {
        int slash = stemcell.indexOf('/');
        return slash < 0 ? stemcell : stemcell.substring(0, slash);
    }

    private static String version(String stemcell) {
        int slash = stemcell.indexOf('/');
        // Stemcells of old write their versions with underscores.
        return slash < 0 ? "" : stemcell.substring(slash + 1).replace('_', '.');
    }

    private static String major(String stemcell) {
        return version(stemcell).split("[.+-]", 2)[0];
    }
}
