package io.slipway.http;

import io.slipway.engine.Requester;
import io.slipway.http.auth.Scopes;
import io.slipway.http.auth.Users.User;

/**
 * Who sent a request.
 *
 * @param client the address of the other end of the connection; empty where it is not known
 */
public record Caller(User user, String contextId, String client) {

    public Requester requester() {
        return new Requester(user.name(), contextId, client);
    }

    /** Whether what configs of this type say may be shown. */
    public boolean maySeeConfigs(String type) {
        return user.isAdmin() || !Scopes.isConfigForAdmins(type);
    }

    /** Refuses what changes anything to those who may only read. */
    public void requireAdmin() {
        if (!user.isAdmin()) {
            throw new HttpError(401, 600000, "user '" + user.name() + "' may only read: ask an administrator");
        }
    }
}
