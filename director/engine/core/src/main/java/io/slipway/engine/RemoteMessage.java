package io.slipway.engine;

/** Marks what one director node may send to another: CBOR by Jackson, fields are only ever added. */
public interface RemoteMessage {}
