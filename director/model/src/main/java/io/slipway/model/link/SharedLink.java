package io.slipway.model.link;

import java.util.Map;

/**
 * A link of another deployment.
 *
 * @param name by which consumers ask for it
 * @param content as its provider has it: with the addresses of all its networks; its properties may be secret
 */
public record SharedLink(String deployment, String name, String type, Map<String, Object> content) {
    @Override
    public String toString() {
        return "SharedLink[" + deployment + "/" + name + ", " + type + "]";
    }
}
