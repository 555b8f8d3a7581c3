package io.slipway.engine.instance;

/** Whether the agent of a VM answers. */
enum Reach {
    CONNECTED,
    AWAITED,
    /** It is not waited for any more, until something changes. */
    GIVEN_UP
}
