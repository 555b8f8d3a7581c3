package io.slipway.health.plugin.line;

import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Trust;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a receiver that stays open, and is opened anew where it broke. A receiver that has closed it is noticed before
 * anything is written that nobody would read.
 */
final class Connection implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int A_MOMENT_MILLIS = 1;

    private final String host;
    private final int port;
    private final @Nullable SSLContext tls;
    private @Nullable Socket socket;

    private Connection(String host, int port, @Nullable SSLContext tls) {
        this.host = host;
        this.port = port;
        this.tls = tls;
    }

    /** To the options {@code host} and {@code port}. */
    static Connection plain(Options options) throws Options.Invalid {
        return new Connection(options.text("host"), options.port("port"), null);
    }

    /** The same over TLS, trusting whom {@code ca_cert} names, or whom the runtime trusts where that is not given. */
    static Connection overTls(Options options) throws Options.Invalid {
        return new Connection(options.text("host"), options.port("port"), Trust.of(options));
    }

    void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    void write(byte[] bytes) throws IOException {
        try {
            var out = output();
            out.write(bytes);
            out.flush();
        } catch (IOException broken) {
            drop();
            throw new IOException("cannot write to " + host + ":" + port + ": " + broken.getMessage(), broken);
        }
    }

    /** What the receiver answers, in a frame whose length comes first, in four bytes. */
    byte[] readFrame(int longest) throws IOException {
        try {
            var in = new DataInputStream(new BufferedInputStream(open().getInputStream()));
            int length = in.readInt();
            if (length < 0 || length > longest) {
                throw new IOException("an answer of " + length + " bytes");
            }
            return in.readNBytes(length);
        } catch (IOException broken) {
            drop();
            throw new IOException("no answer from " + host + ":" + port + ": " + broken.getMessage(), broken);
        }
    }

    private OutputStream output() throws IOException {
        var open = socket;
        if (open != null && isClosedByPeer(open)) {
            drop();
        }
        return open().getOutputStream();
    }

    private Socket open() throws IOException {
        var open = socket;
        if (open != null) {
            return open;
        }
        var plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(host, port), Math.toIntExact(PATIENCE.toMillis()));
            plain.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            plain.setTcpNoDelay(true);
            var made = tls == null ? plain : secured(plain, tls);
            socket = made;
            return made;
        } catch (IOException failure) {
            plain.close();
            throw failure;
        }
    }

    private Socket secured(Socket plain, SSLContext context) throws IOException {
        var secured = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
        var parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /** These receivers say nothing by themselves: what there is to read is the end. */
    private static boolean isClosedByPeer(Socket open) {
        try {
            open.setSoTimeout(A_MOMENT_MILLIS);
            try {
                return open.getInputStream().read() < 0;
            } finally {
                open.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            }
        } catch (java.net.SocketTimeoutException alive) {
            return false;
        } catch (IOException broken) {
            return true;
        }
    }

    private void drop() {
        var open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException alreadyClosed) {
                // nothing is left to be closed
            }
        }
    }

    @Override
    public void close() {
        drop();
    }
}
