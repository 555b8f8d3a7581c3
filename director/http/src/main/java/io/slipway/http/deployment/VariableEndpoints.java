package io.slipway.http.deployment;

import io.slipway.engine.Deployments;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.variable.VariableStore;
import io.slipway.engine.variable.VariableStore.VariableRow;
import io.slipway.http.Answers;
import io.slipway.http.Call;
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
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Names of a deployment's variables, and when its certificates end. Values are never shown. */
public final class VariableEndpoints extends Feature {
    private static final int DEPLOYMENT_NOT_FOUND = 70000;

    private final Deployments deployments;
    private final VariableStore variables;
    private final Clock clock;

    public VariableEndpoints(Deployments deployments, VariableStore variables, Clock clock, Executor blocking) {
        super(blocking);
        this.deployments = deployments;
        this.variables = variables;
        this.clock = clock;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(
                        "/deployments/{name}/variables",
                        answer(call -> Answers.json(of(call).stream()
                                .map(row -> Answers.map("id", Long.toString(row.id()), "name", row.name()))
                                .toList()))),
                Endpoint.get("/deployments/{name}/certificate_expiry", answer(this::expiries)));
    }

    private HttpResponse expiries(Call call) {
        return Answers.json(of(call).stream()
                .filter(row -> row.type().equals("certificate"))
                .flatMap(row -> expiry(row).stream().map(end -> shape(row, end)))
                .toList());
    }

    private Map<String, Object> shape(VariableRow row, Instant end) {
        return Answers.map(
                "name", row.name(),
                "id", Long.toString(row.id()),
                "expiry", end.toString(),
                "days_left", Duration.between(clock.instant(), end).toDays());
    }

    private Optional<Instant> expiry(VariableRow row) {
        return variables
                .get(row.id())
                .filter(Map.class::isInstance)
                .map(value -> String.valueOf(((Map<?, ?>) value).get("certificate")))
                .flatMap(VariableEndpoints::end);
    }

    private static Optional<Instant> end(String pem) {
        try {
            var certificate = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            return certificate instanceof X509Certificate x509
                    ? Optional.of(x509.getNotAfter().toInstant())
                    : Optional.empty();
        } catch (CertificateException notOne) {
            return Optional.empty();
        }
    }

    private List<VariableRow> of(Call call) {
        String name = call.path("name");
        if (deployments.find(name).isEmpty()) {
            throw new RequestRefused(404, DEPLOYMENT_NOT_FOUND, "Deployment '" + name + "' doesn't exist");
        }
        return variables.usedBy(name);
    }
}
