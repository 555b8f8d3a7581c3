package io.slipway.cpi.simulated.agent;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.core.command.Interference;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.simulated.fault.AgentFault;
import io.slipway.cpi.simulated.fault.Faults;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Has the faults strike that were injected for commands. */
final class FaultyCommands implements Interference {
    private final Faults faults;
    private final Supplier<VmDescription> vm;
    private final Duration least;
    private final Consumer<Duration> crash;
    private final Map<String, AgentFault.AtCommand> atTheEnd = new ConcurrentHashMap<>();

    /**
     * @param least how long every command takes at least
     * @param crash kills the agent's process, which another one follows after a while
     */
    FaultyCommands(Faults faults, Supplier<VmDescription> vm, Duration least, Consumer<Duration> crash) {
        this.faults = faults;
        this.vm = vm;
        this.least = least;
        this.crash = crash;
    }

    @Override
    public void before(Command command) throws CommandFailure, InterruptedException {
        var strike = faults.strike(vm.get(), command.getBodyCase());
        if (strike.isPresent()) {
            suffer(command.getId(), strike.get());
        }
        if (!command.hasCancel()) {
            Thread.sleep(least);
        }
    }

    private void suffer(String commandId, Faults.Strike<AgentFault.AtCommand> strike)
            throws CommandFailure, InterruptedException {
        switch (strike.fault()) {
            case AgentFault.FailCommand fail -> {
                var failure = fail.failure();
                throw new CommandFailure(failure.getCode(), failure.getMessage(), failure.getOutputTail());
            }
            case AgentFault.DelayCommand delay -> Thread.sleep(delay.longer());
            case AgentFault.HangCommand hang -> strike.rule().awaitLifted();
            case AgentFault.CrashDuring during -> {
                crash.accept(during.downFor());
                throw new InterruptedException();
            }
            case AgentFault.CrashBeforeAnswer later -> atTheEnd.put(commandId, later);
            case AgentFault.AnswerTwice later -> atTheEnd.put(commandId, later);
        }
    }

    @Override
    public int deliveries(CommandResult result) {
        return switch (atTheEnd.remove(result.getCommandId())) {
            case AgentFault.CrashBeforeAnswer before -> {
                crash.accept(before.downFor());
                yield 0;
            }
            case AgentFault.AnswerTwice twice -> 2;
            case null, default -> 1;
        };
    }
}
