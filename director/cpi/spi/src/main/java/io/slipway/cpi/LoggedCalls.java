package io.slipway.cpi;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A CPI that tells its asker of every call: its BOSH name, what it is about, how it ended and how long it took. */
final class LoggedCalls {
    /** Called by the director for itself, and too often to be told. */
    private static final Set<String> UNTOLD = Set.of("info", "askedBy", "close");

    private final Cpi cpi;
    private final CallContext asker;

    private LoggedCalls(Cpi cpi, CallContext asker) {
        this.cpi = cpi;
        this.asker = asker;
    }

    static Cpi of(Cpi cpi, CallContext asker) {
        var calls = new LoggedCalls(cpi, asker);
        return (Cpi) Proxy.newProxyInstance(
                Cpi.class.getClassLoader(),
                new Class<?>[] {Cpi.class},
                (proxy, method, arguments) -> calls.call(method, arguments == null ? new Object[0] : arguments));
    }

    private @Nullable Object call(Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class || UNTOLD.contains(method.getName())) {
            return invoke(method, arguments);
        }
        String call =
                "[" + requestId() + "] " + boshName(method.getName()) + "(" + String.join(", ", shown(arguments)) + ")";
        asker.log(call + " begins");
        long start = System.nanoTime();
        try {
            Object result = invoke(method, arguments);
            asker.log(call + " succeeded after " + seconds(start) + (result instanceof String cid ? ": " + cid : ""));
            return result;
        } catch (CpiException failed) {
            asker.log(call + " failed after " + seconds(start) + ": " + failed.getMessage());
            throw failed;
        }
    }

    private @Nullable Object invoke(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(cpi, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getTargetException();
        }
    }

    /** As BOSH counts calls. */
    static String requestId() {
        return "cpi-" + ThreadLocalRandom.current().nextInt(100_000, 1_000_000);
    }

    /** {@code createVm} as {@code create_vm}. */
    private static String boshName(String method) {
        return method.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    /** Names of things; properties and settings may be secret. */
    private static List<String> shown(Object[] arguments) {
        var shown = new ArrayList<String>();
        for (Object argument : arguments) {
            switch (argument) {
                case VmRequest vm -> shown.add(vm.agentId() + ", " + vm.stemcellCid());
                case String name -> shown.add(name);
                case DataSize size -> shown.add(size.toString());
                default -> {}
            }
        }
        return shown;
    }

    private static String seconds(long start) {
        return String.format(
                Locale.ROOT,
                "%.3f s",
                Duration.ofNanos(System.nanoTime() - start).toNanos() / 1e9);
    }
}
