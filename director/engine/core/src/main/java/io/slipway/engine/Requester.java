package io.slipway.engine;

/**
 * Who asks.
 *
 * @param user the authenticated user's name
 * @param contextId the client's X-Bosh-Context-Id, or empty
 * @param client the address of the other end of the connection; empty where nobody has sent a request
 */
public record Requester(String user, String contextId, String client) {
    /** The director itself. */
    public static final Requester DIRECTOR = new Requester("director", "", "");
}
