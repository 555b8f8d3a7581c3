package io.slipway.engine;

/**
 * Who asks.
 *
 * @param user the authenticated user's name
 * @param contextId the client's X-Bosh-Context-Id, or empty
 */
public record Requester(String user, String contextId) {
    /** The director itself. */
    public static final Requester DIRECTOR = new Requester("director", "");
}
