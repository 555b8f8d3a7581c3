package io.slipway.server.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.engine.Cpis;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Infrastructures whose calls are counted, each by the name that BOSH has for it. */
public final class MeteredCpis implements Cpis {
    private static final Set<String> NO_CALLS = Set.of("equals", "hashCode", "toString", "close", "askedBy");

    private final Cpis cpis;
    private final String builtIn;
    private final MeterRegistry registry;
    private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();

    /** @param builtIn what the CPI without a name is called */
    public MeteredCpis(Cpis cpis, String builtIn, MeterRegistry registry) {
        this.cpis = cpis;
        this.builtIn = builtIn;
        this.registry = registry;
    }

    @Override
    public Cpi of(String name, CallContext asker) {
        var cpi = cpis.of(name, asker);
        String label = name.isEmpty() ? builtIn : name;
        return (Cpi) Proxy.newProxyInstance(
                Cpi.class.getClassLoader(), new Class<?>[] {Cpi.class}, (proxy, method, arguments) -> {
                    if (NO_CALLS.contains(method.getName())) {
                        return method.invoke(cpi, arguments);
                    }
                    String call = boshName(method.getName());
                    var errors = errors(label, call);
                    var running = running(label);
                    running.incrementAndGet();
                    var sample = Timer.start(registry);
                    try {
                        return method.invoke(cpi, arguments);
                    } catch (InvocationTargetException thrown) {
                        errors.increment();
                        throw thrown.getTargetException();
                    } finally {
                        sample.stop(duration(label, call));
                        running.decrementAndGet();
                    }
                });
    }

    /** Such as create_vm. */
    static String boshName(String method) {
        return method.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private Timer duration(String cpi, String call) {
        return Timer.builder("slipway.cpi.call.duration")
                .description("How long calls of CPIs took, also those that failed.")
                .tag("cpi", cpi)
                .tag("method", call)
                .serviceLevelObjectives(
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5))
                .register(registry);
    }

    private Counter errors(String cpi, String call) {
        return Counter.builder("slipway.cpi.call.errors")
                .description("Calls of CPIs that failed.")
                .tag("cpi", cpi)
                .tag("method", call)
                .register(registry);
    }

    private AtomicInteger running(String cpi) {
        return running.computeIfAbsent(cpi, name -> {
            var calls = new AtomicInteger();
            Gauge.builder("slipway.cpi.calls.running", calls, AtomicInteger::get)
                    .description("Calls of CPIs that have not returned yet.")
                    .tag("cpi", name)
                    .register(registry);
            return calls;
        });
    }

    @Override
    public List<String> names() {
        return cpis.names();
    }

    @Override
    public Optional<String> present(String name) {
        return cpis.present(name);
    }

    @Override
    public List<String> aliases(String name) {
        return cpis.aliases(name);
    }
}
