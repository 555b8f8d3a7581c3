package io.slipway.engine.instance;

/** What an instance asks of its agent. */
public enum AgentAct {
    PREPARE,
    APPLY,
    PRE_START,
    START,
    POST_START,
    POST_DEPLOY,
    PRE_STOP,
    DRAIN,
    STOP,
    POST_STOP,
    MOUNT_DISK,
    UNMOUNT_DISK,
    ADD_DISK,
    MIGRATE_DISK,
    REMOVE_DISK
}
