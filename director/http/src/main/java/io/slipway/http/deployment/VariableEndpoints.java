package io.slipway.http.deployment;

import io.slipway.engine.Deployments;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.variable.VariableService;
import io.slipway.engine.variable.VariableService.CertificateEnd;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Names of a deployment's variables, and when its certificates end. Values are never shown. */
public final class VariableEndpoints extends Feature {
    private static final int DEPLOYMENT_NOT_FOUND = 70000;

    private final Deployments deployments;
    private final VariableService variables;
    private final Clock clock;

    public VariableEndpoints(Deployments deployments, VariableService variables, Clock clock, Executor blocking) {
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
                        answer(call -> Answers.json(variables.usedBy(name(call)).stream()
                                .map(row -> Answers.map("id", Long.toString(row.id()), "name", row.name()))
                                .toList()))),
                Endpoint.get("/deployments/{name}/certificate_expiry", answer(this::expiries)));
    }

    private HttpResponse expiries(Call call) {
        return Answers.json(
                variables.certificatesOf(name(call)).stream().map(this::shape).toList());
    }

    private Map<String, Object> shape(CertificateEnd certificate) {
        return Answers.map(
                "name", certificate.name(),
                "id", Long.toString(certificate.id()),
                "expiry", certificate.end().toString(),
                "days_left",
                        Duration.between(clock.instant(), certificate.end()).toDays());
    }

    private String name(Call call) {
        String name = call.path("name");
        if (deployments.find(name).isEmpty()) {
            throw RequestRefused.notFound(DEPLOYMENT_NOT_FOUND, "Deployment '" + name + "' doesn't exist");
        }
        return name;
    }
}
