package io.slipway.engine.cluster;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;

/** The processes that are members. A process that starts again where another one was is another node. */
public final class Nodes {
    private final Cluster cluster;

    public Nodes(Cluster cluster) {
        this.cluster = cluster;
    }

    /** This process. */
    public String self() {
        return name(cluster.selfMember().uniqueAddress());
    }

    /** Those that may be at work, also where they cannot be reached now. */
    public Set<String> members() {
        return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .map(Member::uniqueAddress)
                .map(Nodes::name)
                .collect(Collectors.toSet());
    }

    private static String name(UniqueAddress node) {
        return node.address() + "#" + node.longUid();
    }
}
