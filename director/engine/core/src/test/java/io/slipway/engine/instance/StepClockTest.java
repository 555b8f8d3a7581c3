package io.slipway.engine.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StepClockTest {
    private final AtomicLong now = new AtomicLong();
    private final StepClock clock = new StepClock(now::get);

    @Test
    void tellsEachStepOnceWithAllItsTime() {
        clock.entered(new InstanceStep.CreateVm("a1"));
        pass(100);
        clock.entered(new InstanceStep.CreateVm("a1"));
        pass(50);
        clock.entered(new InstanceStep.AwaitAgent());
        pass(30);
        clock.entered(new InstanceStep.Act(AgentAct.PRE_START, ""));
        pass(7);

        assertThat(StepTime.line(clock.end())).isEqualTo("create_vm 0.150 s, await_agent 0.030 s, pre_start 0.007 s");
        assertThat(clock.end()).isEmpty();
    }

    private void pass(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
