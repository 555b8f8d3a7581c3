package io.slipway.model.link;

import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.ResolvedJob;
import io.slipway.model.release.LinkProvider;

/**
 * A link that a job of the deployment gives.
 *
 * @param alias the name by which it is asked for
 */
record Provider(GroupSpec group, ResolvedJob job, LinkProvider link, String alias, boolean isShared) {

    /** Tells it from all other providers of the deployment. */
    String key() {
        return group.name() + "/" + job.job().name() + "/" + link.name();
    }

    boolean isOnNetwork(String network) {
        return group.networks().stream().anyMatch(one -> one.network().name().equals(network));
    }

    /** For people: all that is needed to tell it from others. */
    String described(String deployment) {
        String as = alias.equals(link.name()) ? "" : "with alias '" + alias + "' ";
        return "Link provider '" + link.name() + "' " + as + "from job '"
                + job.job().name() + "' in instance group '" + group.name() + "' in deployment '" + deployment + "'";
    }
}
