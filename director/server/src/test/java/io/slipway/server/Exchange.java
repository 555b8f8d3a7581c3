package io.slipway.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;

/**
 * One request and its answer over a connection of its own, byte by byte as given: no client library checks or repairs
 * what is sent.
 */
final class Exchange {
    private static final int PATIENCE_MILLIS = 60_000;

    private final SSLSocketFactory tls;
    private final int port;
    private final String from;

    /** An answer; names of headers in lower case. */
    record Answer(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    Exchange(SSLSocketFactory tls, int port) {
        this(tls, port, "127.0.0.1");
    }

    private Exchange(SSLSocketFactory tls, int port, String from) {
        this.tls = tls;
        this.port = port;
        this.from = from;
    }

    /** The same from another address of this machine. */
    Exchange from(String address) {
        return new Exchange(tls, port, address);
    }

    /** With the headers that every request needs, and these. */
    Answer send(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (body.length > 0 || method.equals("POST") || method.equals("PUT")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("Connection: close\r\n\r\n");
        return raw(head.toString().getBytes(StandardCharsets.UTF_8), body);
    }

    Answer raw(byte[] head, byte[] body) throws IOException {
        try (var socket = tls.createSocket("127.0.0.1", port, InetAddress.getByName(from), 0)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            var out = socket.getOutputStream();
            out.write(head);
            try {
                out.write(body);
                out.flush();
            } catch (IOException refused) {
                // A server may answer, and close, before it has all of a body that it refuses.
            }
            return answer(socket.getInputStream());
        }
    }

    static Map<String, String> as(String user, String password) {
        String both = user + ":" + password;
        return Map.of(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }

    private static Answer answer(InputStream in) throws IOException {
        String status = line(in);
        var headers = new LinkedHashMap<String, String>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = body(in, headers);
        return new Answer(Integer.parseInt(status.substring(9, 12)), headers, new String(body, StandardCharsets.UTF_8));
    }

    /** A server need not close the connection after an answer that says how long it is. */
    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            return chunks(in);
        }
        String length = headers.getOrDefault("content-length", "");
        return length.isEmpty() ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in), 16);
            body.write(in.readNBytes(size));
            line(in);
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int one = in.read(); one != '\n'; one = in.read()) {
            if (one < 0) {
                throw new IOException("the answer ends after '" + line + "'");
            }
            if (one != '\r') {
                line.write(one);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
