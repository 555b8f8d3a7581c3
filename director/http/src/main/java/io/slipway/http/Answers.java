package io.slipway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.RequestRefused;
import io.slipway.model.InvalidInput;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Location;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.http.scaladsl.model.IllegalUriException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Responses in BOSH's shapes. */
public final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final RawHeader RETRY_SOON = RawHeader.create("Retry-After", "5");
    private static final int INTERNAL = 100;
    private static final int MALFORMED = 40_000;
    /** What was given is part of descriptions, and may be of any length. */
    private static final int LONGEST = 10_000;

    private Answers() {}

    public static HttpResponse json(Object body) {
        return json(StatusCodes.OK, body);
    }

    public static HttpResponse json(StatusCode status, Object body) {
        try {
            return HttpResponse.create()
                    .withStatus(status)
                    .withEntity(ContentTypes.APPLICATION_JSON, JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("an answer must be plain maps, lists and scalars", notPlain);
        }
    }

    public static HttpResponse text(String text) {
        return HttpResponse.create().withEntity(ContentTypes.TEXT_PLAIN_UTF8, text.getBytes(StandardCharsets.UTF_8));
    }

    /** What was asked takes a while: look at the task. */
    public static HttpResponse task(long id) {
        return HttpResponse.create().withStatus(StatusCodes.FOUND).addHeader(Location.create("/tasks/" + id));
    }

    public static HttpResponse error(int status, int code, String description) {
        var body = new LinkedHashMap<String, Object>();
        body.put("code", code);
        body.put(
                "description",
                description.length() <= LONGEST ? description : description.substring(0, LONGEST) + "...");
        return json(StatusCodes.get(status), body);
    }

    public static HttpResponse notFound(int code, String description) {
        return error(404, code, description);
    }

    /** Any failure; what is a bug is logged, and said without details. */
    public static HttpResponse failure(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RequestRefused refused) {
            return error(statusOf(refused.reason()), refused.code(), String.valueOf(refused.getMessage()));
        }
        if (cause instanceof HttpError wrong) {
            return error(wrong.status(), wrong.code(), String.valueOf(wrong.getMessage()));
        }
        if (cause instanceof InvalidInput invalid) {
            return error(400, invalid.problems().getFirst().code(), String.valueOf(invalid.getMessage()));
        }
        if (cause instanceof EntityStreamSizeException) {
            return error(413, MALFORMED, "the body is too large");
        }
        if (cause instanceof EntityStreamException broken) {
            return error(400, MALFORMED, "the body cannot be read: " + broken.getMessage());
        }
        if (cause instanceof IllegalUriException malformed) {
            return error(400, MALFORMED, "the address is malformed: " + malformed.getMessage());
        }
        if (cause instanceof TimeoutException) {
            LOG.warn("a request took too long: {}", cause.getMessage());
            return error(503, INTERNAL, "the director is busy: ask again in a while");
        }
        var outage = cause == null ? Optional.<RequestRefused>empty() : RequestRefused.ofOutage(cause);
        if (outage.isPresent()) {
            LOG.warn("a request was not answered: {}", String.valueOf(cause));
            return error(503, outage.get().code(), String.valueOf(outage.get().getMessage()))
                    .addHeader(RETRY_SOON);
        }
        LOG.error("a request failed", cause);
        return error(500, INTERNAL, "internal error: see the director's log");
    }

    private static int statusOf(RequestRefused.Reason reason) {
        return switch (reason) {
            case INVALID -> 400;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case FAILED -> 500;
            case UNAVAILABLE -> 503;
        };
    }

    /** A map in the order of its pairs, for JSON that people read. */
    public static Map<String, Object> map(@Nullable Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return map;
    }
}
