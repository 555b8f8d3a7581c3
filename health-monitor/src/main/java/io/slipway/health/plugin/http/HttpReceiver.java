package io.slipway.health.plugin.http;

import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Plugin;
import io.slipway.health.plugin.Trust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Sends bodies to receivers that speak HTTP, and tells from their answers what may be tried again. */
final class HttpReceiver {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final int NOT_OK = 300;
    private static final int CLIENTS_FAULT = 400;
    private static final int TIMEOUT = 408;
    private static final int TOO_MANY = 429;
    private static final int SERVERS_FAULT = 500;
    private static final int HTTP_PROXY = 3128;

    private final HttpClient client;

    private HttpReceiver(Optional<URI> proxy, SSLContext trust) {
        var builder = HttpClient.newBuilder()
                .connectTimeout(PATIENCE)
                .sslContext(trust)
                .followRedirects(HttpClient.Redirect.NEVER);
        proxy.ifPresent(address -> builder.proxy(ProxySelector.of(
                new InetSocketAddress(address.getHost(), address.getPort() < 0 ? HTTP_PROXY : address.getPort()))));
        client = builder.build();
    }

    /** Reached as the option {@code http_proxy} says, and trusted as {@code ca_cert} does. */
    static HttpReceiver of(Options options) throws Options.Invalid {
        return new HttpReceiver(
                options.has("http_proxy") ? Optional.of(options.address("http_proxy")) : Optional.empty(),
                Trust.of(options));
    }

    void post(URI address, Map<String, String> headers, String body) throws IOException, InterruptedException {
        send("POST", address, headers, body);
    }

    void put(URI address, Map<String, String> headers, String body) throws IOException, InterruptedException {
        send("PUT", address, headers, body);
    }

    private void send(String method, URI address, Map<String, String> headers, String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        headers.forEach(request::setHeader);
        var response = client.send(request.build(), BodyHandlers.discarding());
        int status = response.statusCode();
        if (status >= OK && status < NOT_OK) {
            return;
        }
        // No part of an address but its host is shown: a token may be in it.
        String what = address.getHost() + " answers with status " + status;
        boolean isHopeless =
                status >= CLIENTS_FAULT && status < SERVERS_FAULT && status != TIMEOUT && status != TOO_MANY;
        throw isHopeless ? new Plugin.Refused(what) : new IOException(what);
    }
}
