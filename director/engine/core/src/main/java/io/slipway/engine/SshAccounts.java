package io.slipway.engine;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Accounts for {@code bosh ssh} and {@code scp} on instances. */
public interface SshAccounts {

    /** Has agents make an account; the task's result is a JSON list with an object for each instance. */
    CompletionStage<Long> setUp(
            String deployment, List<InstanceFilter> targets, String user, String publicKey, Requester requester);

    /** Has agents remove the accounts whose names match a regular expression. */
    CompletionStage<Long> cleanUp(
            String deployment, List<InstanceFilter> targets, String userPattern, Requester requester);
}
