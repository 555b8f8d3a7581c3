package io.slipway.cpi;

/** Sizes that a VM must have at least. */
public record VmResources(int cpu, DataSize ram, DataSize ephemeralDisk) {}
