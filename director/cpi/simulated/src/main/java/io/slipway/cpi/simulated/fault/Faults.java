package io.slipway.cpi.simulated.fault;

import io.slipway.cpi.VmDescription;
import io.slipway.protocol.agent.v1.Command;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Makes the simulated infrastructure go wrong where a test wants it: {@code
 * faults.on(CREATE_VM).nth(3).inject(new FailAfterwards(...))}. The CPI and its agents ask here before they act. Of
 * several rules for the same event the oldest that strikes wins; the younger ones do not count that event.
 */
public final class Faults {
    private static final int ALWAYS = Integer.MAX_VALUE;

    private final List<CpiEntry> cpiEntries = new CopyOnWriteArrayList<>();
    private final List<AgentEntry> agentEntries = new CopyOnWriteArrayList<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private record CpiEntry(CpiMethod method, Predicate<String> subject, CpiFault fault, Rule rule) {}

    private record AgentEntry(Predicate<VmDescription> which, AgentFault fault, Rule rule) {}

    /** A fault that strikes now, and its rule. */
    public record Strike<F>(F fault, Rule rule) {}

    /** Calls of this method: the next one, unless said otherwise. */
    public CpiPoint on(CpiMethod method) {
        return new CpiPoint(method, subject -> true, 1, 1);
    }

    /** Agents of the VMs for which the predicate holds when something is about to happen. */
    public AgentPoint agents(Predicate<VmDescription> which) {
        return new AgentPoint(which, 1, 0);
    }

    /** Lifts all rules. */
    public void lift() {
        cpiEntries.forEach(entry -> entry.rule().lift());
        agentEntries.forEach(entry -> entry.rule().lift());
    }

    /** Which calls of a method. */
    public final class CpiPoint {
        private final CpiMethod method;
        private final Predicate<String> subject;
        private final int first;
        private final int times;

        private CpiPoint(CpiMethod method, Predicate<String> subject, int first, int times) {
            this.method = method;
            this.subject = subject;
            this.first = first;
            this.times = times;
        }

        /** Only calls about this subject; see {@link CpiMethod}. */
        public CpiPoint about(String wanted) {
            return new CpiPoint(method, wanted::equals, first, times);
        }

        /** From the n-th matching call on, counted from 1 and from now. */
        public CpiPoint nth(int n) {
            return new CpiPoint(method, subject, n, times);
        }

        public CpiPoint times(int n) {
            return new CpiPoint(method, subject, first, n);
        }

        public CpiPoint always() {
            return times(ALWAYS);
        }

        public Rule inject(CpiFault fault) {
            var rule = new Rule(
                    first,
                    times,
                    () -> cpiEntries.removeIf(entry -> entry.rule().isLifted()));
            cpiEntries.add(new CpiEntry(method, subject, fault, rule));
            return rule;
        }
    }

    /** Which events at which agents. */
    public final class AgentPoint {
        private final Predicate<VmDescription> which;
        private final int first;
        private final int times;

        private AgentPoint(Predicate<VmDescription> which, int first, int times) {
            this.which = which;
            this.first = first;
            this.times = times;
        }

        /** From the n-th matching event on, counted from 1, from now, and over all these agents. */
        public AgentPoint nth(int n) {
            return new AgentPoint(which, n, times);
        }

        public AgentPoint times(int n) {
            return new AgentPoint(which, first, n);
        }

        public AgentPoint always() {
            return times(ALWAYS);
        }

        /** What lasts holds until it is lifted; what strikes does so once, unless said otherwise. */
        public Rule inject(AgentFault fault) {
            int count = times > 0 ? times : fault instanceof AgentFault.Lasting ? ALWAYS : 1;
            var rule = new Rule(first, count, () -> {
                agentEntries.removeIf(entry -> entry.rule().isLifted());
                listeners.forEach(Runnable::run);
            });
            agentEntries.add(new AgentEntry(which, fault, rule));
            listeners.forEach(Runnable::run);
            return rule;
        }
    }

    /** Calls back whenever an agents' rule comes or goes. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Counts a call of the CPI, and says what goes wrong with it. */
    public Optional<Strike<CpiFault>> strike(CpiMethod method, String subject) {
        for (CpiEntry entry : cpiEntries) {
            if (entry.method() == method
                    && entry.subject().test(subject)
                    && entry.rule().strikes()) {
                return Optional.of(new Strike<>(entry.fault(), entry.rule()));
            }
        }
        return Optional.empty();
    }

    /** Counts a command that an agent begins with, and says what goes wrong with it. */
    public Optional<Strike<AgentFault.AtCommand>> strike(VmDescription vm, Command.BodyCase command) {
        for (AgentEntry entry : agentEntries) {
            if (entry.fault() instanceof AgentFault.AtCommand fault
                    && fault.command() == command
                    && entry.which().test(vm)
                    && entry.rule().strikes()) {
                return Optional.of(new Strike<>(fault, entry.rule()));
            }
        }
        return Optional.empty();
    }

    /** Counts the run of a job's script, and says whether it fails. */
    public Optional<AgentFault.FailScript> strike(VmDescription vm, String job, String script) {
        for (AgentEntry entry : agentEntries) {
            if (entry.fault() instanceof AgentFault.FailScript fault
                    && fault.job().equals(job)
                    && fault.script().equals(script)
                    && entry.which().test(vm)
                    && entry.rule().strikes()) {
                return Optional.of(fault);
            }
        }
        return Optional.empty();
    }

    /** How much longer this boot of the VM takes. */
    public Duration longerBoot(VmDescription vm) {
        var longer = Duration.ZERO;
        for (AgentEntry entry : agentEntries) {
            if (entry.fault() instanceof AgentFault.SlowBoot fault
                    && entry.which().test(vm)
                    && entry.rule().strikes()) {
                longer = longer.plus(fault.longer());
            }
        }
        return longer;
    }

    public boolean isSilent(VmDescription vm) {
        return lasts(vm, fault -> fault instanceof AgentFault.Silent);
    }

    public boolean isUnreachable(VmDescription vm) {
        return lasts(vm, fault -> fault instanceof AgentFault.Unreachable);
    }

    public boolean isFailing(VmDescription vm, String process) {
        return lasts(
                vm,
                fault -> fault instanceof AgentFault.FailingProcess failing
                        && (failing.name().isEmpty() || failing.name().equals(process)));
    }

    /** The digest that the agent of a VM names of whatever it uploads. */
    public Optional<String> foreignBlob(VmDescription vm) {
        for (AgentEntry entry : agentEntries) {
            if (entry.fault() instanceof AgentFault.NameForeignBlob fault
                    && !entry.rule().isLifted()
                    && entry.which().test(vm)) {
                return Optional.of(fault.sha256());
            }
        }
        return Optional.empty();
    }

    private boolean lasts(VmDescription vm, Predicate<AgentFault> kind) {
        for (AgentEntry entry : agentEntries) {
            if (kind.test(entry.fault())
                    && !entry.rule().isLifted()
                    && entry.which().test(vm)) {
                return true;
            }
        }
        return false;
    }
}
