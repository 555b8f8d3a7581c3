package io.slipway.model.plan;

/** An uploaded stemcell; cid is the infrastructure's name of it. */
public record StemcellVersion(String name, String version, String os, String cid) {}
