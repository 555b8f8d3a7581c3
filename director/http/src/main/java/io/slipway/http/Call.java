package io.slipway.http;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.model.yaml.Fields;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.stream.Materializer;

/** A request to an {@link Endpoint}, and who sent it. */
public final class Call {
    private static final long BODY_TIMEOUT_MILLIS = 60_000;
    private static final int MALFORMED = 40_000;
    private static final int TOO_LONG = 40_003;
    private static final int TOO_LARGE = 413;
    private static final int UNSUPPORTED_TYPE = 415;
    private static final long MOST_BODY_BYTES = 8 * 1024 * 1024;
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_VALUE = 8_000;
    /** The last is what the server takes for no type at all, which is what programs send that do not care. */
    private static final Set<String> TEXTS = Set.of(
            "application/json",
            "text/yaml",
            "text/x-yaml",
            "application/yaml",
            "application/x-yaml",
            "text/plain",
            "application/octet-stream");

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
        this.path.forEach((name, value) -> check(name, value, LONGEST_NAME));
        this.query.forEach((name, value) -> check(name, value, LONGEST_VALUE));
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

    /** The whole body as UTF-8 text; refused beyond the server's limit for bodies, or where it is none. */
    public CompletionStage<String> text() {
        String type = request.entity().getContentType().mediaType().toString();
        if (!TEXTS.contains(type)) {
            throw new HttpError(
                    UNSUPPORTED_TYPE,
                    MALFORMED,
                    "Content-Type is '" + type + "': expected application/json or text/yaml");
        }
        long length = request.entity().getContentLengthOption().orElse(0);
        if (length > MOST_BODY_BYTES) {
            throw new HttpError(
                    TOO_LARGE, MALFORMED, "the body is too large: expected at most " + MOST_BODY_BYTES + " bytes");
        }
        return request.entity()
                .withSizeLimit(MOST_BODY_BYTES)
                .toStrict(BODY_TIMEOUT_MILLIS, materializer)
                .thenApply(strict -> decoded(strict.getData().toArray()));
    }

    private static String decoded(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw RequestRefused.invalid(MALFORMED, "the body is not UTF-8 text");
        }
    }

    /** Names are kept in columns of this width, and what is shown to people is one line. */
    private static void check(String name, String value, int longest) {
        if (value.length() > longest) {
            throw RequestRefused.invalid(
                    TOO_LONG, name + " has " + value.length() + " characters: expected at most " + longest);
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw RequestRefused.invalid(MALFORMED, name + " has a control character in it");
        }
    }

    private static long numberOf(String name, String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw RequestRefused.invalid(MALFORMED, name + " is '" + Fields.shown(text) + "': expected a number");
        }
        return Long.parseLong(text);
    }
}
