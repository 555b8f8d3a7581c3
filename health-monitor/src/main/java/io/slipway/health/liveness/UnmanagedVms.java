package io.slipway.health.liveness;

import io.slipway.health.alert.Alert;
import io.slipway.health.alert.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * VMs that an infrastructure made for this director, and that belong to nobody. What is seen once may just be made or deleted.
 *
 * @param since when each was seen first
 */
public record UnmanagedVms(Map<Vm, Instant> since) {
    public static final UnmanagedVms NONE = new UnmanagedVms(Map.of());
    public static final String RULE = "unmanaged_vm";
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    public UnmanagedVms {
        since = Map.copyOf(since);
    }

    public record Vm(String cpi, String cid, String agentId) {}

    /** All that belong to nobody now. */
    public UnmanagedVms seen(Collection<Vm> now, Instant at) {
        var next = new HashMap<Vm, Instant>();
        now.forEach(vm -> next.put(vm, since.getOrDefault(vm, at)));
        return new UnmanagedVms(next);
    }

    public List<Alert> firing(Instant at) {
        return since.entrySet().stream()
                .filter(one -> !one.getValue().plus(PATIENCE).isAfter(at))
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(Vm::cid))
                .map(vm -> Alert.raised(
                        RULE,
                        vm.cpi() + "/" + vm.cid(),
                        Severity.WARNING,
                        Alert.VM_HEALTH,
                        "VM '" + vm.cid() + "' is not a part of any deployment",
                        "It is on " + (vm.cpi().isEmpty() ? "the infrastructure" : "CPI '" + vm.cpi() + "'")
                                + " with agent id '" + vm.agentId()
                                + "', and no instance has it: it costs, and may hold an"
                                + " address. Run 'bosh delete-vm " + vm.cid() + "' if nobody needs it.",
                        "VM " + vm.cid(),
                        Alert.Subject.NONE,
                        at))
                .toList();
    }
}
