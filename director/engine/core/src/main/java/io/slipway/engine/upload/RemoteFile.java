package io.slipway.engine.upload;

import io.slipway.engine.RequestRefused;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

/** A file that an operator names by its address. */
final class RemoteFile {
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Duration WHOLE = Duration.ofMinutes(30);
    private static final int RESOURCE_ERROR = 100_001;
    private static final int RESOURCE_NOT_FOUND = 100_002;
    private static final int OK = 200;

    private final URI location;

    /** Refuses what is not an address of a web server: files of the director's machine are nobody's business. */
    RemoteFile(String location) {
        try {
            this.location = URI.create(location);
        } catch (IllegalArgumentException invalid) {
            throw notAnAddress(location);
        }
        String scheme = String.valueOf(this.location.getScheme());
        if (!(scheme.equals("https") || scheme.equals("http")) || this.location.getHost() == null) {
            throw notAnAddress(location);
        }
    }

    /** Blocks until all of it is there. */
    void fetch(Path target) {
        try (var client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            var answer = client.send(
                    HttpRequest.newBuilder(location).timeout(WHOLE).build(), HttpResponse.BodyHandlers.ofFile(target));
            if (answer.statusCode() != OK) {
                throw RequestRefused.invalid(
                        RESOURCE_NOT_FOUND,
                        "No resource found at '" + shown() + "': the server answered " + answer.statusCode());
            }
        } catch (IOException failure) {
            throw RequestRefused.invalid(
                    RESOURCE_ERROR, "Failed to download from '" + shown() + "': " + failure.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw RequestRefused.failed(RESOURCE_ERROR, "the download was interrupted");
        }
    }

    /** Without credentials. */
    private String shown() {
        return location.getScheme() + "://" + location.getHost() + location.getRawPath();
    }

    private static RequestRefused notAnAddress(String location) {
        return RequestRefused.invalid(
                RESOURCE_ERROR, "'location' is '" + location + "': expected an http or https address");
    }
}
