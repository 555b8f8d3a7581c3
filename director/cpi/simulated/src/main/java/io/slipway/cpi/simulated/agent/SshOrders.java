package io.slipway.cpi.simulated.agent;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.Ssh;
import io.slipway.protocol.agent.v1.SshResult;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Accounts that exist on paper: nothing listens for ssh in a simulated VM. */
final class SshOrders {
    private final VmModel model;

    SshOrders(VmModel model) {
        this.model = model;
    }

    SshResult carryOut(Ssh order) throws CommandFailure {
        if (order.getAction() == Ssh.Action.CLEANUP) {
            cleanUp(order.getUserPattern());
            return SshResult.getDefaultInstance();
        }
        if (!order.getUser().matches("[a-z_][a-z0-9_-]{0,31}")
                || order.getPublicKey().isBlank()) {
            throw new CommandFailure(Failure.Code.INVALID, "'" + order.getUser() + "' with its key is no ssh account");
        }
        model.change(state -> state.withSshUsers(users -> {
            users.put(order.getUser(), order.getExpiresAtMillis());
            return users;
        }));
        return SshResult.newBuilder()
                .setHostPublicKey("ssh-ed25519 " + hostKey())
                .setAddress(address())
                .build();
    }

    private void cleanUp(String pattern) throws CommandFailure {
        Pattern wanted;
        try {
            wanted = Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new CommandFailure(Failure.Code.INVALID, "user pattern: " + e.getMessage());
        }
        model.change(state -> state.withSshUsers(users -> {
            users.keySet().removeIf(user -> wanted.matcher(user).find());
            return users;
        }));
    }

    private String address() {
        var networks = model.hardware().vm().networks();
        return networks.stream()
                .filter(network -> network.defaultFor().contains("gateway"))
                .findFirst()
                .or(() -> networks.stream().findFirst())
                .map(network -> network.ip())
                .orElse("");
    }

    /** Looks like one, and is another for each VM. */
    private String hostKey() {
        byte[] cid = model.hardware().vm().cid().getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(cid) + " simulated";
    }
}
