package io.slipway.secrets.variable;

/**
 * What the director asks of all certificates that it makes, as CredHub's settings of these names do.
 *
 * @param caMinimumDays that a CA lasts at least, whatever its definition says; zero for any
 * @param leafMinimumDays that another certificate lasts at least
 */
public record CertificatePolicy(int caMinimumDays, int leafMinimumDays) {
    public static final CertificatePolicy NONE = new CertificatePolicy(0, 0);

    int minimumDays(boolean isCa) {
        return isCa ? caMinimumDays : leafMinimumDays;
    }
}
