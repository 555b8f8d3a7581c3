package io.slipway.cpi.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.VmRequest;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The addresses beside its own that a VM sends from: one that several share in turn, or the range of the pods behind it.
 * Cloud properties name them, or the manifest's {@code env.slipway}, each as {@code allowed_addresses}.
 */
final class AllowedAddresses {
    private static final String KEY = "allowed_addresses";
    private static final String NUMBER = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern ADDRESS_OR_RANGE =
            Pattern.compile(NUMBER + "(?:\\." + NUMBER + "){3}(?:/(?:[89]|[12]\\d|3[0-2]))?");
    private static final JsonMapper JSON = new JsonMapper();

    private AllowedAddresses() {}

    /** Null where the request says nothing of them. */
    static @Nullable List<String> of(VmRequest request) {
        var found = new LinkedHashSet<String>();
        boolean isSaid = false;
        if (request.cloudProperties().containsKey(KEY)) {
            isSaid = true;
            add(found, "cloud property '" + KEY + "'", request.cloudProperties().get(KEY));
        }
        JsonNode env = environment(request.settings().environmentJson())
                .path("slipway")
                .path(KEY);
        if (!env.isMissingNode()) {
            isSaid = true;
            add(found, "env.slipway." + KEY, JSON.convertValue(env, Object.class));
        }
        return isSaid ? List.copyOf(found) : null;
    }

    private static void add(Set<String> found, String where, @Nullable Object value) {
        if (!(value instanceof Collection<?> all)) {
            throw refused(where, value);
        }
        for (Object one : all) {
            if (!(one instanceof String text) || !ADDRESS_OR_RANGE.matcher(text).matches()) {
                throw refused(where, one);
            }
            found.add(text);
        }
    }

    private static CpiException refused(String where, @Nullable Object value) {
        return new CpiException(new CpiFailure.InvalidRequest(where + " is '" + value
                + "': expected a list of IPv4 addresses and ranges, like 10.1.2.3 and 10.200.0.0/16"));
    }

    private static JsonNode environment(String json) {
        try {
            return json.isBlank() ? JSON.valueToTree(Map.of()) : JSON.readTree(json);
        } catch (IOException malformed) {
            throw new CpiException(new CpiFailure.InvalidRequest("the VM's env is not JSON"));
        }
    }
}
