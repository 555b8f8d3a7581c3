package io.slipway.health.liveness;

/** What the infrastructure says of a VM whose agent is silent. */
public enum Verdict {
    /** It has not been asked. */
    NONE,
    /** It has not answered yet. */
    ASKED,
    /** It could not say. */
    UNKNOWN,
    /** There, and on: the VM may be heard of again. */
    ALIVE,
    /** There, and off. */
    OFF,
    /** Not there any more. */
    GONE;

    public boolean isDead() {
        return this == OFF || this == GONE;
    }
}
