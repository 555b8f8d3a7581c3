package io.slipway.model.manifest;

/** Whether a group's instances run all the time, or only when asked. */
public enum Lifecycle {
    SERVICE,
    ERRAND
}
