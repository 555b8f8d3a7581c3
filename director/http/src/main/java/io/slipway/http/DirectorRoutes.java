package io.slipway.http;

import io.slipway.http.auth.Users;
import io.slipway.http.auth.Users.User;
import io.slipway.http.blob.BlobRoutes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.BasicHttpCredentials;
import org.apache.pekko.http.javadsl.model.headers.HttpChallenge;
import org.apache.pekko.http.javadsl.model.headers.HttpCredentials;
import org.apache.pekko.http.javadsl.model.headers.WWWAuthenticate;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.ExceptionHandler;
import org.apache.pekko.http.javadsl.server.RejectionHandler;
import org.apache.pekko.http.javadsl.server.Route;

/** All routes of a director: the open ones, and each feature's for authenticated callers. */
public final class DirectorRoutes extends AllDirectives {
    private final DirectorInfo info;
    private final Users users;
    private final BlobRoutes blobs;
    private final List<Feature> features;
    private final Supplier<String> metrics;
    private final Executor blocking;

    /** What /info tells. */
    public record DirectorInfo(String name, String uuid, String version, String cpi) {}

    public DirectorRoutes(
            DirectorInfo info,
            Users users,
            BlobRoutes blobs,
            List<Feature> features,
            Supplier<String> metrics,
            Executor blocking) {
        this.info = info;
        this.users = users;
        this.blobs = blobs;
        this.features = List.copyOf(features);
        this.metrics = metrics;
        this.blocking = blocking;
    }

    public Route create() {
        var failures = ExceptionHandler.newBuilder()
                .matchAny(failure -> complete(Answers.failure(failure)))
                .build();
        return handleExceptions(
                failures,
                () -> handleRejections(
                        rejections(),
                        () -> concat(
                                path("health", () -> get(() -> complete(Answers.json(Map.of("status", "ok"))))),
                                path("info", () -> get(() -> extractCredentials(this::info))),
                                blobs.routes(),
                                authenticated())));
    }

    private Route authenticated() {
        return extractCredentials(credentials -> onSuccess(user(credentials), user -> {
            if (user.isEmpty()) {
                return complete(notAuthorized());
            }
            return optionalHeaderValueByName("X-Bosh-Context-Id", contextId -> {
                var caller = new Caller(user.get(), contextId.orElse(""));
                Route[] routes =
                        features.stream().map(feature -> feature.routes(caller)).toArray(Route[]::new);
                return concat(path("metrics", () -> get(() -> complete(Answers.text(metrics.get())))), routes);
            });
        }));
    }

    private CompletionStage<Optional<User>> user(Optional<HttpCredentials> credentials) {
        if (credentials.isPresent() && credentials.get() instanceof BasicHttpCredentials basic) {
            return CompletableFuture.supplyAsync(
                    () -> users.authenticate(basic.username(), basic.password()), blocking);
        }
        return CompletableFuture.completedFuture(Optional.empty());
    }

    private Route info(Optional<HttpCredentials> credentials) {
        return onSuccess(
                user(credentials),
                user -> complete(Answers.json(Answers.map(
                        "name", info.name(),
                        "uuid", info.uuid(),
                        "version", info.version(),
                        "user", user.map(User::name).orElse(null),
                        "cpi", info.cpi(),
                        "user_authentication", Map.of("type", "basic", "options", Map.of()),
                        "features",
                                Map.of(
                                        "config_server", Map.of("status", true, "extras", Map.of("urls", List.of())),
                                        "local_dns", Map.of("status", false, "extras", Map.of()))))));
    }

    private static HttpResponse notAuthorized() {
        return Answers.error(401, 600000, "Not authorized: give the name and password of a user of this director")
                .addHeader(WWWAuthenticate.create(HttpChallenge.createBasic("Slipway director")));
    }

    private static RejectionHandler rejections() {
        return RejectionHandler.defaultHandler().mapRejectionResponse(response -> {
            int status = response.status().intValue();
            return Answers.error(
                    status,
                    status == 404 ? 10001 : 40000,
                    status + " " + response.status().reason());
        });
    }
}
