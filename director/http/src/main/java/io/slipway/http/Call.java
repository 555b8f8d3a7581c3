package io.slipway.http;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.stream.Materializer;

/** A request to an {@link Endpoint}, and who sent it. */
public final class Call {
    private static final long BODY_TIMEOUT_MILLIS = 60_000;
    private static final int MALFORMED = 40_000;

    private final HttpRequest request;
    private final Caller caller;
    private final Map<String, String> path;
    private final Map<String, String> query;
    private final Materializer materializer;

    Call(HttpRequest request, Caller caller, Map<String, String> path, Materializer materializer) {
        this.request = request;
        this.caller = caller;
        this.path = Map.copyOf(path);
        this.query = new HashMap<>(request.getUri().query().toMap());
        this.materializer = materializer;
    }

    public Caller caller() {
        return caller;
    }

    public Requester requester() {
        return caller.requester();
    }

    /** A parameter of the path, decoded. */
    public String path(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the path has no parameter " + name);
        }
        return value;
    }

    /** A parameter that not all paths of an endpoint have. */
    public String pathOr(String name, String otherwise) {
        return path.getOrDefault(name, otherwise);
    }

    /** A parameter of the path that must be a number. */
    public long pathNumber(String name) {
        return numberOf(name, path(name));
    }

    /** A parameter of the query, or what is taken without it. */
    public String query(String name, String otherwise) {
        return query.getOrDefault(name, otherwise);
    }

    /** All values of a parameter of the query, in no order. */
    public List<String> queries(String name) {
        return List.copyOf(request.getUri().query().getAll(name));
    }

    public boolean hasQuery(String name) {
        return query.containsKey(name);
    }

    /** Whether a parameter of the query is "true". */
    public boolean flag(String name) {
        return "true".equals(query.get(name));
    }

    /** A parameter of the query that must be a number. */
    public int queryNumber(String name, int otherwise) {
        return query.containsKey(name) ? Math.toIntExact(numberOf(name, query(name, ""))) : otherwise;
    }

    public Optional<String> header(String name) {
        return request.getHeader(name).map(header -> header.value());
    }

    /** The body as it comes, of any size. */
    public RequestEntity entity() {
        return (RequestEntity) request.entity().withoutSizeLimit();
    }

    /** The whole body as UTF-8 text; refused beyond the server's limit for bodies. */
    public CompletionStage<String> text() {
        return request.entity().toStrict(BODY_TIMEOUT_MILLIS, materializer).thenApply(strict -> strict.getData()
                .utf8String());
    }

    private static long numberOf(String name, String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new RequestRefused(400, MALFORMED, name + " is '" + text + "': expected a number");
        }
        return Long.parseLong(text);
    }
}
