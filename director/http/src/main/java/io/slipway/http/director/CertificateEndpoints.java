package io.slipway.http.director;

import io.slipway.http.Answers;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** When the director's own certificates end. */
public final class CertificateEndpoints extends Feature {
    private final Map<String, Instant> ends;
    private final Clock clock;

    /**
     * @param pems certificates by what they are for
     */
    public CertificateEndpoints(Map<String, String> pems, Clock clock, Executor blocking) {
        super(blocking);
        this.ends = new TreeMap<>();
        this.clock = clock;
        pems.forEach((name, pem) -> ends.put(name, endOf(pem)));
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/director/certificate_expiry", answer(call -> list())));
    }

    private HttpResponse list() {
        return Answers.json(ends.entrySet().stream()
                .map(one -> Answers.map(
                        "certificate_path", one.getKey(),
                        "expiry", one.getValue().toString(),
                        "days_left",
                                Duration.between(clock.instant(), one.getValue())
                                        .toDays()))
                .toList());
    }

    private static Instant endOf(String pem) {
        try {
            var certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
            return certificate.getNotAfter().toInstant();
        } catch (CertificateException broken) {
            throw new IllegalArgumentException("a certificate of the director's own is broken", broken);
        }
    }
}
