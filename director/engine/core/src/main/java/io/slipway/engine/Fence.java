package io.slipway.engine;

/**
 * Which run of a deployment speaks. Each time a run begins, also when it is taken up again, it gets the next epoch, which is
 * journaled first; whoever has heard of an epoch refuses what an older one still says. So of two that take themselves for
 * the run, only the newer one can change anything.
 *
 * @param epoch 0 for what no run does
 */
public record Fence(String deployment, long epoch) implements RemoteMessage {
    /** For what is no deployment's. */
    public static final Fence NONE = new Fence("", 0);

    /** Whether another run of the same deployment has begun since. */
    public boolean isOlderThan(long newest) {
        return epoch < newest;
    }
}
