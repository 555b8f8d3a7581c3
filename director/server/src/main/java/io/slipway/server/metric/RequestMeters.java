package io.slipway.server.metric;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.slipway.http.DirectorApi.RequestObserver;
import java.time.Duration;
import java.util.Set;

/** Counts requests to the API by endpoint. */
public final class RequestMeters implements RequestObserver {
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "HEAD");

    private final MeterRegistry registry;

    public RequestMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void answered(String method, String path, int status, Duration took) {
        Timer.builder("slipway.http.request.duration")
                .description("How long requests to the API took, until their answers began.")
                .tag("method", METHODS.contains(method) ? method : "other")
                .tag("path", path.isEmpty() ? "none" : path)
                .tag("status", status / 100 + "xx")
                .serviceLevelObjectives(
                        Duration.ofMillis(50), Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofSeconds(5))
                .register(registry)
                .record(took);
    }
}
