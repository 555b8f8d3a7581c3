package io.slipway.e2e.directors;

import io.slipway.e2e.Api;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** Looks several times a second which of some directors are ready, until it is closed. */
final class Readiness implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient client;
    private final List<String> addresses;
    private final List<Boolean> last = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile int fewest;
    private volatile int looks;
    private volatile boolean isClosed;

    private Readiness(HttpClient client, List<String> addresses) {
        this.client = client;
        this.addresses = addresses;
        this.fewest = addresses.size();
        this.thread = Thread.ofVirtual().unstarted(this::look);
    }

    static Readiness of(List<String> addresses, Path ca) throws Exception {
        var client = HttpClient.newBuilder()
                .sslContext(Api.trusting(ca))
                .connectTimeout(PATIENCE)
                .build();
        var readiness = new Readiness(client, List.copyOf(addresses));
        readiness.thread.start();
        return readiness;
    }

    /** How many were ready when fewest were. */
    int fewest() {
        return fewest;
    }

    int looks() {
        return looks;
    }

    private void look() {
        while (!isClosed) {
            List<CompletableFuture<Boolean>> asked =
                    addresses.stream().map(this::isReady).toList();
            List<Boolean> ready = asked.stream().map(CompletableFuture::join).toList();
            fewest = Math.min(
                    fewest, Math.toIntExact(ready.stream().filter(one -> one).count()));
            looks++;
            if (!ready.equals(last)) {
                last.clear();
                last.addAll(ready);
                System.out.println("ready: " + addresses + " " + ready);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private CompletableFuture<Boolean> isReady(String address) {
        var request = HttpRequest.newBuilder(URI.create("https://" + address + ":25555/ready"))
                .timeout(PATIENCE)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((answer, failure) -> failure == null && answer.statusCode() == 200);
    }

    @Override
    public void close() throws InterruptedException {
        isClosed = true;
        thread.join();
    }
}
