package io.slipway.agent.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks other name servers, one after another, beginning with the one that answered last. Each question goes out from a
 * port and with an id of its own, which a forger would have to guess.
 */
final class Forwarder {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);
    /** Two silent servers must not use up the five seconds that the C library waits. */
    private static final int PATIENCE_MILLIS = 2_000;

    private static final int LARGEST = 65_535;

    private final Supplier<List<InetSocketAddress>> servers;
    private final SecureRandom chance = new SecureRandom();
    private final AtomicInteger first = new AtomicInteger();

    Forwarder(Supplier<List<InetSocketAddress>> servers) {
        this.servers = servers;
    }

    /** An answer as it came, or one that says that nobody gave any. */
    byte[] ask(DnsMessage.Question question, boolean byTcp) {
        var order = new ArrayList<>(servers.get());
        if (!order.isEmpty()) {
            Collections.rotate(order, -Math.floorMod(first.get(), order.size()));
        }
        byte @Nullable [] refusal = null;
        for (var server : order) {
            try {
                var answer = byTcp ? overTcp(question.packet(), server) : overUdp(question.packet(), server);
                if (DnsMessage.code(answer) == DnsMessage.NO_ERROR
                        || DnsMessage.code(answer) == DnsMessage.NO_SUCH_NAME) {
                    return answer;
                }
                refusal = refusal == null ? answer : refusal;
            } catch (IOException e) {
                LOG.debug("name server {} did not answer: {}", server, e.getMessage());
            }
            first.incrementAndGet();
        }
        return refusal == null ? DnsMessage.error(question, DnsMessage.SERVER_FAILURE) : refusal;
    }

    private byte[] overUdp(byte[] query, InetSocketAddress server) throws IOException {
        int id = chance.nextInt(1 << 16);
        var out = DnsMessage.withId(query, id);
        try (var socket = new DatagramSocket()) {
            socket.connect(server);
            socket.send(new DatagramPacket(out, out.length));
            long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
            var buffer = new byte[LARGEST];
            while (true) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new IOException("no answer in " + PATIENCE_MILLIS + " ms");
                }
                socket.setSoTimeout((int) left);
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                if (packet.getLength() >= DnsMessage.HEADER && DnsMessage.id(buffer) == id) {
                    return DnsMessage.withId(Arrays.copyOf(buffer, packet.getLength()), DnsMessage.id(query));
                }
            }
        }
    }

    private static byte[] overTcp(byte[] query, InetSocketAddress server) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(server, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            var out = new DataOutputStream(socket.getOutputStream());
            var message = new byte[query.length + 2];
            message[0] = (byte) (query.length >> 8);
            message[1] = (byte) query.length;
            System.arraycopy(query, 0, message, 2, query.length);
            out.write(message);
            out.flush();
            var in = new DataInputStream(socket.getInputStream());
            var answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            if (answer.length < DnsMessage.HEADER) {
                throw new IOException("an answer of " + answer.length + " bytes");
            }
            return answer;
        }
    }
}
