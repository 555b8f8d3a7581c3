package io.slipway.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * One operation of the API: a method, a path such as {@code /deployments/{name}/vms}, and what answers it. A table of
 * these, and not a tree of routing directives, because the API is large and flat and the compiler's time for nested
 * directives grows exponentially.
 */
public final class Endpoint {
    private final String method;
    private final String path;
    private final List<String> segments;
    private final Handler handler;

    /** Answers a call; what it throws becomes an error in BOSH's shape. */
    @FunctionalInterface
    public interface Handler {
        CompletionStage<HttpResponse> answer(Call call);
    }

    private Endpoint(String method, String path, Handler handler) {
        this.method = method;
        this.path = path;
        this.segments = segmentsOf(path);
        this.handler = handler;
    }

    public static Endpoint get(String path, Handler handler) {
        return new Endpoint("GET", path, handler);
    }

    public static Endpoint post(String path, Handler handler) {
        return new Endpoint("POST", path, handler);
    }

    public static Endpoint put(String path, Handler handler) {
        return new Endpoint("PUT", path, handler);
    }

    public static Endpoint delete(String path, Handler handler) {
        return new Endpoint("DELETE", path, handler);
    }

    public String method() {
        return method;
    }

    /** As in {@code /deployments/{name}/vms}. */
    public String path() {
        return path;
    }

    Handler handler() {
        return handler;
    }

    /** The values of the path's parameters, empty where the path is another. */
    Optional<Map<String, String>> match(List<String> path) {
        if (path.size() != segments.size()) {
            return Optional.empty();
        }
        var values = new HashMap<String, String>();
        for (int i = 0; i < path.size(); i++) {
            String expected = segments.get(i);
            if (expected.startsWith("{")) {
                values.put(expected.substring(1, expected.length() - 1), path.get(i));
            } else if (!expected.equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    static List<String> segmentsOf(String path) {
        var segments = new ArrayList<String>();
        for (String segment : path.split("/")) {
            if (!segment.isEmpty()) {
                segments.add(segment);
            }
        }
        return segments;
    }
}
