package io.slipway.health.liveness;

import io.slipway.health.alert.Alert;
import io.slipway.health.alert.Alert.Subject;
import io.slipway.health.alert.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Certificates that end soon, or have ended. */
public final class CertificateRules {
    public static final String RULE = "certificate_ending";
    private static final Duration SOON = Duration.ofDays(30);
    private static final Duration VERY_SOON = Duration.ofDays(7);

    private CertificateRules() {}

    /**
     * A certificate, and when it is good no longer.
     *
     * @param deployment that uses it; empty for one of the director's own
     */
    public record Certificate(String deployment, String name, Instant end) {}

    public static List<Alert> of(Collection<Certificate> certificates, Instant at) {
        var firing = new ArrayList<Alert>();
        for (Certificate one : certificates) {
            Duration left = Duration.between(at, one.end());
            if (left.compareTo(SOON) >= 0) {
                continue;
            }
            boolean isOwn = one.deployment().isEmpty();
            String whose = isOwn ? "of the director" : "of deployment '" + one.deployment() + "'";
            firing.add(Alert.raised(
                    RULE,
                    one.deployment() + "/" + one.name(),
                    left.compareTo(VERY_SOON) < 0 ? Severity.CRITICAL : Severity.WARNING,
                    "",
                    "Certificate '" + one.name() + "' " + whose
                            + (left.isNegative() ? " has ended" : " ends in " + left.toDays() + " days"),
                    "It is good until " + one.end() + ". "
                            + (isOwn
                                    ? "The director issues itself a new one each time it starts: restart it. The CA of"
                                            + " all directors has to be replaced by hand."
                                    : "Delete the variable where it is kept, or give it another name, and deploy '"
                                            + one.deployment() + "': a new one is made."),
                    isOwn ? "director" : one.deployment(),
                    isOwn ? Subject.NONE : Subject.deployment(one.deployment()),
                    at));
        }
        return List.copyOf(firing);
    }
}
