package io.slipway.engine.cluster;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.engine.Cpis;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Infrastructures that ask the {@link Guard} before each call, whoever makes it. */
public final class GuardedCpis implements Cpis {
    private static final Set<String> OF_ALL_OBJECTS = Set.of("equals", "hashCode", "toString", "close");

    private final Cpis cpis;
    private final Guard guard;

    public GuardedCpis(Cpis cpis, Guard guard) {
        this.cpis = cpis;
        this.guard = guard;
    }

    @Override
    public Cpi of(String name, CallContext asker) {
        var cpi = cpis.of(name, asker);
        return (Cpi) Proxy.newProxyInstance(
                Cpi.class.getClassLoader(), new Class<?>[] {Cpi.class}, (proxy, method, arguments) -> {
                    if (!OF_ALL_OBJECTS.contains(method.getName())) {
                        guard.check();
                    }
                    try {
                        return method.invoke(cpi, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getTargetException();
                    }
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
