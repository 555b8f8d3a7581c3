package io.slipway.model.link;

import java.util.List;

/** What operators read when a link cannot be made. */
final class LinkTexts {
    private LinkTexts() {}

    static String reservedKeys(String link, String job, String group) {
        return "Cannot specify 'name' or 'type' properties in the manifest for link '" + link + "' in job '" + job
                + "' in instance group '" + group + "'. Please provide these keys in the release only.";
    }

    /**
     * Why there is not the one provider that there should be.
     *
     * @param alias the name that was asked for
     * @param consumer as in "job 'x' in instance group 'y'"
     * @param found descriptions of the providers that would do
     */
    static String unresolved(String link, String alias, String type, String consumer, List<String> found) {
        String as = alias.equals(link) ? "" : "alias '" + alias + "' and ";
        String head = "Failed to resolve link '" + link + "' with " + as + "type '" + type + "' from " + consumer + ".";
        if (found.isEmpty()) {
            return head + " Details below: No link providers found";
        }
        return head
                + (found.size() > 1 ? " Multiple link providers found: " : " Details below: ")
                + String.join(", ", found);
    }
}
