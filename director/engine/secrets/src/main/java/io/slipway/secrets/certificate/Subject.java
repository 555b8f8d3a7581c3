package io.slipway.secrets.certificate;

import java.util.List;

/** Whom a certificate is for. Empty texts and lists are left out; one that is empty throughout is allowed by X.509. */
public record Subject(
        String commonName,
        List<String> organizations,
        List<String> organizationalUnits,
        String locality,
        String state,
        String country) {
    public Subject {
        organizations = List.copyOf(organizations);
        organizationalUnits = List.copyOf(organizationalUnits);
    }

    public static Subject of(String commonName, String... organizations) {
        return new Subject(commonName, List.of(organizations), List.of(), "", "", "");
    }

    public boolean isEmpty() {
        return organizations.isEmpty()
                && organizationalUnits.isEmpty()
                && (commonName + locality + state + country).isEmpty();
    }
}
