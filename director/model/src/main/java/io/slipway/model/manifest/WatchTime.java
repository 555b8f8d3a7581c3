package io.slipway.model.manifest;

import java.time.Duration;

/** How long jobs are given to run: not asked before min, failed after max. */
public record WatchTime(Duration min, Duration max) {}
