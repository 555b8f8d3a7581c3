package io.slipway.engine.deployment;

import io.slipway.engine.instance.InstanceSpec;
import java.util.List;
import java.util.Map;

/** The spec of an instance that is to be gone: it says who it was, and nothing of what it should be. */
final class GoneSpec {
    private GoneSpec() {}

    static InstanceSpec of(String deployment, DeploymentState.Member member) {
        return new InstanceSpec(
                deployment,
                member.group(),
                member.index(),
                member.az(),
                member.bootstrap(),
                "",
                new InstanceSpec.VmPlan("", "", "", Map.of(), "{}", Map.of(), ""),
                List.of(),
                null,
                new byte[0],
                0,
                0);
    }
}
