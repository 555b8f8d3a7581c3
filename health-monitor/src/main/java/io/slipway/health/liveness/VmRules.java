package io.slipway.health.liveness;

import io.slipway.health.alert.Alert;
import io.slipway.health.alert.Alert.Subject;
import io.slipway.health.alert.Severity;
import io.slipway.health.resurrection.ResurrectionSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is wrong with VMs of a deployment and their agents. A large failure is one alert: those of single VMs are held then. */
final class VmRules {
    private static final int MOST_NAMES = 20;

    private final ResurrectionSettings settings;
    private final DeploymentSight sight;
    private final Set<String> meltdowns;
    private final Instant at;
    private final List<Alert> firing = new ArrayList<>();
    private final List<Alert> held = new ArrayList<>();

    VmRules(ResurrectionSettings settings, DeploymentSight sight, Set<String> meltdowns, Instant at) {
        this.settings = settings;
        this.sight = sight;
        this.meltdowns = meltdowns;
        this.at = at;
    }

    record Found(List<Alert> firing, List<Alert> held) {}

    Found of(Collection<InstanceHealth> all) {
        var instances = all.stream()
                .sorted(Comparator.comparing((InstanceHealth one) -> one.sight().group())
                        .thenComparing(one -> one.sight().index()))
                .toList();
        meltdowns.forEach(one -> meltdown(one, instances));
        instances.forEach(this::single);
        var guests = new GuestRules(sight.name(), at);
        instances.forEach(one -> firing.addAll(guests.of(one)));
        notByConfig(instances);
        return new Found(List.copyOf(firing), List.copyOf(held));
    }

    private void meltdown(String group, List<InstanceHealth> instances) {
        boolean isWhole = group.equals(DeploymentHealth.WHOLE);
        var of = instances.stream()
                .filter(one -> isWhole || one.sight().group().equals(group))
                .toList();
        var down = of.stream().filter(one -> one.isDead(at, settings)).toList();
        String where =
                isWhole ? "deployment '" + sight.name() + "'" : "group '" + group + "' of '" + sight.name() + "'";
        firing.add(Alert.raised(
                "meltdown",
                sight.name() + (isWhole ? "" : "/" + group),
                Severity.ALERT,
                Alert.DEPLOYMENT_HEALTH,
                "We are in meltdown",
                "Skipping resurrection for instances: " + names(down) + "; " + where + "; " + down.size() + " of "
                        + of.size() + " agents are unhealthy. None is made anew by itself. Find out what they have in"
                        + " common (host, network, storage); then run 'bosh -d " + sight.name() + " cck --auto'.",
                sight.name(),
                new Subject(sight.name(), isWhole ? "" : group, ""),
                at));
    }

    private void single(InstanceHealth one) {
        var list = meltdowns.contains(DeploymentHealth.WHOLE)
                        || meltdowns.contains(one.sight().group())
                ? held
                : firing;
        var seen = one.sight();
        if (seen.isStuck()) {
            list.add(about(
                    one,
                    "no_vm",
                    Severity.CRITICAL,
                    seen.id() + " has no VM",
                    "Its VM could not be made. See why with 'bosh -d " + sight.name() + " tasks --recent', then run"
                            + " 'bosh -d " + sight.name() + " cck' or deploy again."));
        } else if (one.isDown() && one.verdict().isDead()) {
            String what = one.verdict() == Verdict.OFF ? "is off" : "is gone";
            list.add(about(
                    one,
                    "vm_gone",
                    Severity.CRITICAL,
                    "VM '" + seen.vmCid() + "' of " + seen.name() + " " + what,
                    "Its infrastructure says so. " + repair(one)));
        } else if (seen.vmCid().isEmpty() && one.isDead(at, settings)) {
            list.add(about(one, "no_vm", Severity.CRITICAL, seen.id() + " has no VM", repair(one)));
        } else if (one.isDownFor(settings.unresponsiveGrace(), at)) {
            list.add(about(
                    one,
                    "agent_timed_out",
                    Severity.CRITICAL,
                    seen.agentId() + " has timed out",
                    "VM '" + seen.vmCid() + "' of " + seen.name() + " is there, and its agent is not heard of. "
                            + repair(one)));
        }
        if (one.attempts().areMany()) {
            firing.add(about(
                    one,
                    "vm_keeps_dying",
                    Severity.ERROR,
                    seen.name() + " keeps dying",
                    "Its VM had to be made anew " + one.attempts().count() + " times, and will be tried again "
                            + one.attempts().pause(settings).toMinutes()
                            + " minutes after the last time at the earliest."
                            + " Look at its logs ('bosh -d " + sight.name() + " logs " + seen.name()
                            + "') and at its infrastructure."));
        }
    }

    /** What is going to happen about it, or what somebody has to do. */
    private String repair(InstanceHealth one) {
        String cck = "'bosh -d " + sight.name() + " cck'";
        if (sight.isPaused()) {
            return "Resurrection is paused: run " + cck + ", or 'bosh update-resurrection on'.";
        }
        if (!sight.rules().isEnabled(sight.name(), one.sight().group())) {
            return "A resurrection config switches its repair off: run " + cck + ".";
        }
        return one.task() == 0
                ? "It is made anew by itself as soon as nothing else is done to '" + sight.name() + "'."
                : "Task " + one.task() + " is to make it anew: see 'bosh task " + one.task() + "'.";
    }

    private void notByConfig(List<InstanceHealth> instances) {
        if (sight.isPaused()) {
            return;
        }
        var off = instances.stream()
                .filter(one -> one.isDead(at, settings))
                .filter(one ->
                        !sight.rules().isEnabled(sight.name(), one.sight().group()))
                .toList();
        if (!off.isEmpty()) {
            firing.add(Alert.raised(
                    "resurrection_disabled",
                    sight.name(),
                    Severity.ALERT,
                    Alert.DEPLOYMENT_HEALTH,
                    "Resurrection is disabled by resurrection config",
                    "Skipping resurrection for instances: " + names(off)
                            + " because of resurrection config. Run 'bosh -d " + sight.name()
                            + " cck' to make them anew.",
                    sight.name(),
                    Subject.deployment(sight.name()),
                    at));
        }
    }

    private Alert about(InstanceHealth one, String rule, Severity severity, String title, String summary) {
        var seen = one.sight();
        return Alert.raised(
                rule,
                sight.name() + "/" + seen.id(),
                severity,
                Alert.VM_HEALTH,
                title,
                summary,
                sight.name() + ": " + seen.group() + "(" + seen.id() + ") [id=" + seen.agentId() + ", index="
                        + seen.index() + ", cid=" + seen.vmCid() + "]",
                new Subject(sight.name(), seen.group(), seen.id()),
                at);
    }

    private static String names(List<InstanceHealth> of) {
        String first =
                of.stream().limit(MOST_NAMES).map(one -> one.sight().name()).collect(Collectors.joining(", "));
        return of.size() > MOST_NAMES ? first + " and " + (of.size() - MOST_NAMES) + " more" : first;
    }
}
