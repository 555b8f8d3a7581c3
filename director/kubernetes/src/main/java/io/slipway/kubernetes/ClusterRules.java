package io.slipway.kubernetes;

import io.slipway.engine.RequestRefused;
import io.slipway.model.name.Name;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a request for a cluster must fulfil, whatever the director knows. */
final class ClusterRules {
    /** Codes beside BOSH's own: 95xxxx is for clusters. */
    static final int INVALID_NAME = 950_001;

    static final int UNKNOWN_PLAN = 950_002;
    static final int INVALID_WORKERS = 950_003;
    static final int INVALID_HOST = 950_004;
    static final int NAME_TAKEN = 950_005;
    static final int CLUSTER_NOT_FOUND = 950_006;
    static final int ACTION_IN_PROGRESS = 950_007;
    static final int NO_FREE_ADDRESSES = 950_008;
    static final int UNKNOWN_NETWORK = 950_009;
    static final int NO_CREDENTIALS = 950_010;
    static final int TOO_MANY = 950_011;

    private static final Pattern HOST = Pattern.compile("(?=.{1,253}$)[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
            + "(\\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*");

    private ClusterRules() {}

    static void requireName(String name) {
        if (!Name.CLUSTER.allows(name)) {
            throw RequestRefused.invalid(
                    INVALID_NAME,
                    "'" + shown(name) + "' is not a cluster name: it must have at most " + Name.CLUSTER.longest()
                            + " lower-case letters, digits and hyphens, and begin and end with a letter or digit");
        }
    }

    static void requireHost(@Nullable String host) {
        if (host != null && !HOST.matcher(host).matches()) {
            throw RequestRefused.invalid(
                    INVALID_HOST,
                    "'" + shown(host)
                            + "' is not a host name or an address: kubernetes_master_host needs one without a port");
        }
    }

    /** The plan that is asked for, or a refusal that names those that are there. */
    static Plan requirePlan(Plans plans, String name) {
        return plans.find(name)
                .orElseThrow(() -> RequestRefused.invalid(
                        UNKNOWN_PLAN,
                        name.isEmpty()
                                ? "plan_name is missing: choose one of " + String.join(", ", plans.names())
                                : "there is no plan '" + shown(name) + "': choose one of "
                                        + String.join(", ", plans.names())));
    }

    static int requireWorkers(Plan plan, @Nullable Integer asked) {
        int workers = asked == null ? plan.workers().instances() : asked;
        if (workers < 1 || workers > plan.workers().maximum()) {
            throw RequestRefused.invalid(
                    INVALID_WORKERS,
                    "plan '" + plan.name() + "' allows 1 to " + plan.workers().maximum() + " workers, not " + workers);
        }
        return workers;
    }

    static RequestRefused notFound(String name) {
        return RequestRefused.notFound(CLUSTER_NOT_FOUND, "Cluster " + shown(name) + " not found");
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= 80 ? line : line.substring(0, 80) + "...";
    }
}
