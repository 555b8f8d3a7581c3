package io.slipway.http.deployment;

import io.slipway.engine.InstanceFilter;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.ssh.SshService;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.http.JsonBody;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Accounts on instances, for {@code bosh ssh} and {@code bosh scp}. */
public final class SshEndpoints extends Feature {
    private static final int INVALID_VALUE = 40005;

    private final SshService accounts;

    public SshEndpoints(SshService accounts, Executor blocking) {
        super(blocking);
        this.accounts = accounts;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.post("/deployments/{name}/ssh", changeWithBody(this::ssh)));
    }

    private CompletionStage<HttpResponse> ssh(Call call, String body) {
        var wanted = JsonBody.parse(body);
        var targets = targets(wanted.object("target"));
        var params = wanted.object("params");
        String command = wanted.text("command");
        var task =
                switch (command) {
                    case "setup" ->
                        accounts.setUp(
                                call.path("name"),
                                targets,
                                params.text("user"),
                                params.text("public_key"),
                                call.requester());
                    case "cleanup" ->
                        accounts.cleanUp(call.path("name"), targets, params.text("user_regex"), call.requester());
                    default ->
                        throw RequestRefused.invalid(
                                INVALID_VALUE, "'command' is '" + command + "': expected setup or cleanup");
                };
        return task.thenApply(Answers::task);
    }

    private static List<InstanceFilter> targets(JsonBody target) {
        String group = target.text("job", "");
        var ids = target.texts("ids").isEmpty() ? target.texts("indexes") : target.texts("ids");
        return ids.isEmpty()
                ? List.of(InstanceFilter.of(group, ""))
                : ids.stream().map(id -> InstanceFilter.of(group, id)).toList();
    }
}
