package io.slipway.agent.monit;

import io.slipway.agent.layout.Layout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Speaks to monit's HTTP interface on its unix socket; the password is made anew at each boot. */
final class MonitClient {
    private final Layout layout;
    private final String token;

    MonitClient(Layout layout) {
        this.layout = layout;
        var random = new byte[16];
        new SecureRandom().nextBytes(random);
        this.token = HexFormat.of().formatHex(random);
    }

    MonitStatus status() throws IOException {
        return MonitStatus.parse(request("GET /_status?format=xml HTTP/1.0\r\n", ""));
    }

    /** Monit leaves the services alone until it is told otherwise. */
    void unmonitor(List<String> services) throws IOException {
        act("unmonitor", services);
    }

    void monitor(List<String> services) throws IOException {
        act("monitor", services);
    }

    private void act(String action, List<String> services) throws IOException {
        if (services.isEmpty()) {
            return;
        }
        var body = new StringBuilder("securitytoken=" + token + "&format=text&action=" + action);
        for (var service : services) {
            body.append("&service=").append(URLEncoder.encode(service, StandardCharsets.UTF_8));
        }
        request(
                "POST /_doaction HTTP/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Cookie: securitytoken=" + token + "\r\n",
                body.toString());
    }

    private String request(String head, String body) throws IOException {
        var password = Files.readString(layout.monitPassword()).strip();
        var credentials = Base64.getEncoder().encodeToString(("slipway:" + password).getBytes(StandardCharsets.UTF_8));
        var text = head + "Host: monit\r\nAuthorization: Basic " + credentials + "\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(layout.monitSocket()));
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            var answer = new ByteArrayOutputStream();
            Channels.newInputStream(channel).transferTo(answer);
            return accepted(answer.toString(StandardCharsets.ISO_8859_1));
        }
    }

    private static String accepted(String answer) throws IOException {
        var line = answer.lines().findFirst().orElse("no answer");
        if (!line.contains(" 200") && !line.contains(" 302")) {
            throw new IOException("monit refused: " + line);
        }
        return answer;
    }
}
