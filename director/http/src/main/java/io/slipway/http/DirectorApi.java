package io.slipway.http;

import io.slipway.engine.RequestRefused;
import io.slipway.http.auth.Origin;
import io.slipway.http.auth.Scopes;
import io.slipway.http.auth.Users;
import io.slipway.http.auth.Users.Outcome;
import io.slipway.http.auth.Users.User;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Authorization;
import org.apache.pekko.http.javadsl.model.headers.BasicHttpCredentials;
import org.apache.pekko.http.javadsl.model.headers.HttpChallenge;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.headers.WWWAuthenticate;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.Materializer;

/** All of a director's API: the open endpoints, and each feature's for authenticated callers. */
public final class DirectorApi implements Function<HttpRequest, CompletionStage<HttpResponse>> {
    private static final long serialVersionUID = 1L;
    private static final String METRICS = "/metrics";
    private static final int NOT_AUTHORIZED = 600_000;
    private static final int NOT_FOUND = 10_001;
    private static final int BAD_METHOD = 40_000;
    private static final int CONTEXT_TOO_LONG = 70_010;
    private static final int LONGEST_CONTEXT = 64;

    private final transient DirectorInfo info;
    private final transient Users users;
    private final transient Supplier<String> metrics;
    private final transient RequestObserver observer;
    private final transient Materializer materializer;
    private final transient Executor blocking;
    private final transient List<Endpoint> open;
    private final transient List<Endpoint> authenticated;

    /** Hears of each request that was answered; must not block. */
    @FunctionalInterface
    public interface RequestObserver {
        /** @param path of the endpoint, as in {@code /tasks/{id}}; empty where there was none */
        void answered(String method, String path, int status, Duration took);
    }

    /** What /info tells. */
    public record DirectorInfo(String name, String uuid, String version, String cpi) {}

    /**
     * @param signed what carries its authority in its address
     * @param unreadiness why this director can do nothing now, for people; empty where it can. May block
     * @param observer hears of each request
     */
    public DirectorApi(
            DirectorInfo info,
            Users users,
            List<Endpoint> signed,
            List<Feature> features,
            Supplier<Optional<String>> unreadiness,
            Supplier<String> metrics,
            RequestObserver observer,
            Materializer materializer,
            Executor blocking) {
        this.observer = observer;
        this.info = info;
        this.users = users;
        this.metrics = metrics;
        this.materializer = materializer;
        this.blocking = blocking;
        this.open = new ArrayList<>(List.of(
                Endpoint.get(
                        "/health", call -> CompletableFuture.completedFuture(Answers.json(Map.of("status", "ok")))),
                Endpoint.get("/ready", call -> CompletableFuture.supplyAsync(unreadiness, blocking)
                        .thenApply(DirectorApi::ready)),
                Endpoint.get("/info", call -> CompletableFuture.completedFuture(Answers.json(info(call))))));
        this.open.addAll(signed);
        this.authenticated = new ArrayList<>(List.of(Endpoint.get(METRICS, this::metrics)));
        features.forEach(feature -> authenticated.addAll(feature.endpoints()));
    }

    private static HttpResponse ready(Optional<String> unreadiness) {
        return unreadiness
                .map(why ->
                        Answers.json(StatusCodes.SERVICE_UNAVAILABLE, Map.of("status", "unavailable", "reason", why)))
                .orElseGet(() -> Answers.json(Map.of("status", "ok")));
    }

    /** What needs a user, in the order in which it is looked up. */
    public List<Endpoint> endpoints() {
        return List.copyOf(authenticated);
    }

    @Override
    public CompletionStage<HttpResponse> apply(HttpRequest request) {
        long begun = System.nanoTime();
        return answered(request).exceptionally(Answers::failure).thenApply(response -> {
            observer.answered(
                    request.method().value(),
                    endpointOf(request),
                    response.status().intValue(),
                    Duration.ofNanos(System.nanoTime() - begun));
            if (response.status().isFailure()) {
                // The connection waits for a body that nobody reads.
                request.discardEntityBytes(materializer);
            }
            return response;
        });
    }

    /** There are only so many of them, whatever clients ask for. */
    private String endpointOf(HttpRequest request) {
        try {
            var path = segments(request);
            return Stream.concat(open.stream(), authenticated.stream())
                    .filter(endpoint ->
                            endpoint.method().equals(request.method().value()))
                    .filter(endpoint -> endpoint.match(path).isPresent())
                    .map(Endpoint::path)
                    .findFirst()
                    .orElse("");
        } catch (RuntimeException malformed) {
            return "";
        }
    }

    private static List<String> segments(HttpRequest request) {
        List<String> path = new ArrayList<>();
        request.getUri().pathSegments().forEach(path::add);
        path.removeIf(String::isEmpty);
        return path;
    }

    private CompletionStage<HttpResponse> answered(HttpRequest request) {
        try {
            List<String> path = segments(request);
            String context = request.getHeader("X-Bosh-Context-Id")
                    .map(header -> header.value())
                    .orElse("");
            if (context.length() > LONGEST_CONTEXT) {
                throw RequestRefused.invalid(
                        CONTEXT_TOO_LONG,
                        "X-Bosh-Context-Id cannot be more than " + LONGEST_CONTEXT + " characters in length");
            }
            return user(request).thenCompose(outcome -> switch (outcome) {
                case Outcome.Right right -> answer(request, path, Optional.of(right.user()), context);
                case Outcome.Wrong wrong -> answer(request, path, Optional.empty(), context);
                case Outcome.TooOften tooOften -> CompletableFuture.completedFuture(slowedDown(tooOften));
            });
        } catch (RuntimeException malformed) {
            return CompletableFuture.failedFuture(malformed);
        }
    }

    private CompletionStage<HttpResponse> answer(
            HttpRequest request, List<String> path, Optional<User> user, String context) {
        var caller = new Caller(user.orElse(User.NOBODY), context, client(request));
        var answer = dispatch(open, true, request, path, caller);
        if (answer.isPresent()) {
            return answer.get();
        }
        if (user.isEmpty()) {
            return CompletableFuture.completedFuture(notAuthorized());
        }
        if (!caller.user().mayAsk(path.isEmpty() ? "" : path.getFirst())) {
            return CompletableFuture.completedFuture(Answers.error(
                    401,
                    NOT_AUTHORIZED,
                    "user '" + caller.user().name() + "' may only read metrics: ask an administrator"));
        }
        return dispatch(authenticated, false, request, path, caller)
                .orElseGet(() -> CompletableFuture.completedFuture(unknown(request, path)));
    }

    /** The other end of the connection, and not what a header says: that is what the client chose to write. */
    private static String client(HttpRequest request) {
        return request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(RemoteAddress::getAddress)
                .map(InetAddress::getHostAddress)
                .orElse("");
    }

    private Optional<CompletionStage<HttpResponse>> dispatch(
            List<Endpoint> endpoints, boolean isForAll, HttpRequest request, List<String> path, Caller caller) {
        String method = request.method().value();
        for (Endpoint endpoint : endpoints) {
            if (endpoint.method().equals(method)) {
                var values = endpoint.match(path);
                if (values.isPresent()) {
                    var call = new Call(request, caller, values.get(), materializer);
                    if (!isForAll && Scopes.isForAdmins(method, endpoint.path())) {
                        caller.requireAdmin();
                    }
                    return Optional.of(endpoint.handler().answer(call));
                }
            }
        }
        return Optional.empty();
    }

    private HttpResponse unknown(HttpRequest request, List<String> path) {
        String text = "/" + String.join("/", path);
        var methods = authenticated.stream()
                .filter(endpoint -> endpoint.match(path).isPresent())
                .map(Endpoint::method)
                .distinct()
                .toList();
        if (methods.isEmpty()) {
            return Answers.notFound(NOT_FOUND, "there is nothing at " + text);
        }
        return Answers.error(405, BAD_METHOD, request.method().value() + " is not possible for " + text)
                .addHeader(RawHeader.create("Allow", String.join(", ", methods)));
    }

    private CompletionStage<Outcome> user(HttpRequest request) {
        var credentials = request.getHeader(Authorization.class).map(Authorization::credentials);
        if (credentials.isPresent() && credentials.get() instanceof BasicHttpCredentials basic) {
            Origin origin = request.getAttribute(AttributeKeys.remoteAddress)
                    .flatMap(remote -> remote.getAddress())
                    .map(Origin::of)
                    .orElse(Origin.UNKNOWN);
            // All that follows runs on a thread that may wait: most handlers read the database.
            return CompletableFuture.supplyAsync(
                    () -> users.authenticate(origin, basic.username(), basic.password()), blocking);
        }
        return CompletableFuture.completedFuture(new Outcome.Wrong());
    }

    private static HttpResponse slowedDown(Outcome.TooOften tooOften) {
        long seconds = tooOften.pause().toSeconds() + 1;
        return Answers.error(
                        429,
                        NOT_AUTHORIZED,
                        "Not authorized: too many wrong passwords, the next is looked at in " + seconds + " seconds")
                .addHeader(RawHeader.create("Retry-After", Long.toString(seconds)));
    }

    private CompletionStage<HttpResponse> metrics(Call call) {
        return CompletableFuture.supplyAsync(() -> Answers.text(metrics.get()), blocking);
    }

    private Map<String, Object> info(Call call) {
        User user = call.caller().user();
        return Answers.map(
                "name", info.name(),
                "uuid", info.uuid(),
                "version", info.version(),
                "user", user.equals(User.NOBODY) ? null : user.name(),
                "cpi", info.cpi(),
                "user_authentication", Map.of("type", "basic", "options", Map.of()),
                "features",
                        Map.of(
                                "config_server", Map.of("status", true, "extras", Map.of("urls", List.of())),
                                "local_dns", Map.of("status", true, "extras", Map.of("domain_name", "bosh"))));
    }

    private static HttpResponse notAuthorized() {
        return Answers.error(
                        401, NOT_AUTHORIZED, "Not authorized: give the name and password of a user of this director")
                .addHeader(WWWAuthenticate.create(HttpChallenge.createBasic("Slipway director")));
    }
}
