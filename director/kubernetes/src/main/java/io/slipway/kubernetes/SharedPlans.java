package io.slipway.kubernetes;

import io.slipway.kubernetes.PlanVersions.PlanVersion;
import io.slipway.kubernetes.PlansFile.InvalidPlans;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plans that all directors go by, kept up to date while this one runs. */
public final class SharedPlans implements Supplier<Plans> {
    private static final Logger LOG = LoggerFactory.getLogger(SharedPlans.class);

    private final PlanVersions versions;
    private volatile Current current;

    private record Current(int version, Plans plans) {}

    private SharedPlans(PlanVersions versions, Current current) {
        this.versions = versions;
        this.current = current;
    }

    /**
     * Publishes the plans of a file, where they were edited, and goes by those that count. Blocks.
     *
     * @param node this director, under the same name after a restart
     * @throws InvalidPlans where the file cannot be used, or this version of the director cannot read those that count
     */
    public static SharedPlans start(PlanVersions versions, String node, Path file) {
        String own = PlansFile.readCanonical(file);
        var counts = versions.tell(node, own);
        if (!counts.content().equals(own)) {
            LOG.warn(
                    "plans of {} are not those of the cluster, which are version {} and came from node {}: the cluster's"
                            + " count; edit the file and restart to publish it",
                    file,
                    counts.number(),
                    counts.node());
        }
        return new SharedPlans(versions, new Current(counts.number(), parsed(counts)));
    }

    @Override
    public Plans get() {
        return current.plans();
    }

    /** Looks whether another director has published a version, and takes it up; to be called every now and then. Blocks. */
    public void refresh() {
        var latest = versions.latest().orElseThrow();
        if (latest.number() == current.version()) {
            return;
        }
        try {
            current = new Current(latest.number(), parsed(latest));
            LOG.info(
                    "plans of version {} count from now on, as node {} published them", latest.number(), latest.node());
        } catch (InvalidPlans newer) {
            // Of a director of a later version, as while a cluster is upgraded.
            LOG.warn("{}: version {} stays", newer.getMessage(), current.version());
        }
    }

    private static Plans parsed(PlanVersion version) {
        try {
            return PlansFile.parse(version.content());
        } catch (InvalidPlans invalid) {
            throw new InvalidPlans("version " + version.number() + " of the cluster's plans, from node "
                    + version.node() + ", cannot be used: " + invalid.getMessage());
        }
    }
}
