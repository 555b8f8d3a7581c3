package io.slipway.engine;

/**
 * Marks what is written to a journal, or sent between director nodes, as CBOR by Jackson. Every implementation is a
 * record whose fields are only ever added, with {@code null} tolerated for those that older events lack.
 */
public interface JournaledEvent {}
