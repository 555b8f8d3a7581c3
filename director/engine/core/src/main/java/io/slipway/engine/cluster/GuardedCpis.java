package io.slipway.engine.cluster;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.VmRequest;
import io.slipway.engine.Cpis;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Infrastructures that ask the {@link Guard} before each call, whoever makes it, and of which two directors never ask something
 * about one thing at a time.
 */
public final class GuardedCpis implements Cpis {
    private static final Set<String> OF_ALL_OBJECTS = Set.of("equals", "hashCode", "toString", "close");

    private final Cpis cpis;
    private final Guard guard;
    private final CallsUnderWay calls;

    public GuardedCpis(Cpis cpis, Guard guard, CallsUnderWay calls) {
        this.cpis = cpis;
        this.guard = guard;
        this.calls = calls;
    }

    @Override
    public Cpi of(String name, CallContext asker) {
        var cpi = cpis.of(name, asker);
        return (Cpi) Proxy.newProxyInstance(
                Cpi.class.getClassLoader(), new Class<?>[] {Cpi.class}, (proxy, method, arguments) -> {
                    if (OF_ALL_OBJECTS.contains(method.getName())) {
                        return invoke(cpi, method, arguments);
                    }
                    try {
                        return calls.alone(things(name, method.getName(), arguments), () -> {
                            guard.check();
                            return invoke(cpi, method, arguments);
                        });
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                        throw new CpiException(
                                new CpiFailure.CloudError("this director stops, and calls nobody any more", true));
                    }
                });
    }

    private static @Nullable Object invoke(Cpi cpi, Method method, @Nullable Object @Nullable [] arguments)
            throws Exception {
        try {
            return method.invoke(cpi, arguments);
        } catch (InvocationTargetException thrown) {
            switch (thrown.getTargetException()) {
                case Exception failure -> throw failure;
                case Error error -> throw error;
                default -> throw thrown;
            }
        }
    }

    /**
     * What a call is about: the keys that directors mint, by which things are found as well as made, so that nobody takes for
     * absent what is being made; and the cids of what is changed.
     */
    private static List<String> things(String cpi, String method, @Nullable Object @Nullable [] arguments) {
        return switch (method) {
            case "createVm" ->
                arguments != null && arguments[0] instanceof VmRequest request
                        ? List.of(cpi + " vm of " + request.agentId())
                        : List.of();
            case "findVm" -> List.of(cpi + " vm of " + first(arguments));
            case "createDisk", "findDisk" -> List.of(cpi + " disk of " + first(arguments));
            case "attachDisk", "detachDisk" ->
                List.of(cpi + " " + first(arguments), cpi + " " + Objects.requireNonNull(arguments)[1]);
            case "deleteVm",
                    "rebootVm",
                    "setVmMetadata",
                    "deleteDisk",
                    "resizeDisk",
                    "setDiskMetadata",
                    "snapshotDisk",
                    "deleteSnapshot",
                    "deleteNetwork",
                    "deleteStemcell" -> List.of(cpi + " " + first(arguments));
            default -> List.of();
        };
    }

    private static @Nullable Object first(@Nullable Object @Nullable [] arguments) {
        return Objects.requireNonNull(arguments)[0];
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
