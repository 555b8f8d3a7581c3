package io.slipway.health.liveness;

import io.slipway.health.alert.Alert;
import java.time.Duration;
import java.util.List;

/** What is to be done about news. */
public sealed interface HealthAction {

    /** Whether the VM is there, and on. */
    record AskInfrastructure(InstanceSight about) implements HealthAction {}

    /** The deployment's rows are to be read again. */
    record LookAgain(Duration in) implements HealthAction {}

    /** VMs are to be made anew. */
    record Repair(List<InstanceSight> instances) implements HealthAction {}

    /** VMs are not made anew, and people are to find out why. */
    record Skip(List<InstanceSight> instances, String why) implements HealthAction {}

    /**
     * All that is wrong with the deployment now.
     *
     * @param held what is wrong as well, and follows from something larger: nothing new is said of it
     * @param mayEnd false while too little is known to say that anything is well again
     */
    record Tell(List<Alert> firing, List<Alert> held, boolean mayEnd) implements HealthAction {}
}
