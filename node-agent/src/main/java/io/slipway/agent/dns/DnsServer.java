package io.slipway.agent.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A name server over UDP and TCP on one address. It answers at once from the records what is theirs, and hands on
 * everything else.
 */
final class DnsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int LARGEST_QUESTION = 4_096;
    private static final int MOST_UNDER_WAY = 256;
    private static final int BURST_BYTES = 1 << 20;
    private static final int TCP_IDLE_MILLIS = 10_000;

    private final Function<String, DnsAnswer> records;
    private final Forwarder forwarder;
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY);

    private DnsServer(Function<String, DnsAnswer> records, Forwarder forwarder, DatagramSocket udp, ServerSocket tcp) {
        this.records = records;
        this.forwarder = forwarder;
        this.udp = udp;
        this.tcp = tcp;
    }

    /** Listens; port 0 takes any. Throws {@link IOException} where the address cannot be listened on. */
    static DnsServer start(InetAddress address, int port, Function<String, DnsAnswer> records, Forwarder forwarder)
            throws IOException {
        var tcp = new ServerSocket();
        try {
            tcp.setReuseAddress(true);
            tcp.bind(new InetSocketAddress(address, port));
            var udp = new DatagramSocket(new InetSocketAddress(address, tcp.getLocalPort()));
            udp.setReceiveBufferSize(BURST_BYTES);
            var server = new DnsServer(records, forwarder, udp, tcp);
            Thread.ofPlatform().daemon().name("dns-udp").start(server::serveUdp);
            Thread.ofPlatform().daemon().name("dns-tcp").start(server::serveTcp);
            return server;
        } catch (IOException e) {
            tcp.close();
            throw e;
        }
    }

    int port() {
        return tcp.getLocalPort();
    }

    private void serveUdp() {
        var buffer = new byte[LARGEST_QUESTION];
        while (!udp.isClosed()) {
            var packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
                var asker = packet.getSocketAddress();
                DnsMessage.parse(Arrays.copyOf(buffer, packet.getLength()))
                        .ifPresent(question -> answerUdp(question, asker));
            } catch (IOException | RuntimeException e) {
                if (!udp.isClosed()) {
                    LOG.warn("a question over UDP was not answered: {}", e.toString());
                }
            }
        }
    }

    private void answerUdp(DnsMessage.Question question, java.net.SocketAddress asker) {
        var known = records.apply(question.name());
        if (!(known instanceof DnsAnswer.NotOurs)) {
            send(answer(question, known, question.udpSize()), asker);
        } else if (underWay.tryAcquire()) {
            Thread.startVirtualThread(() -> {
                try {
                    send(forwarder.ask(question, false), asker);
                } finally {
                    underWay.release();
                }
            });
        } else {
            send(DnsMessage.error(question, DnsMessage.SERVER_FAILURE), asker);
        }
    }

    private void send(byte[] answer, java.net.SocketAddress asker) {
        try {
            udp.send(new DatagramPacket(answer, answer.length, asker));
        } catch (IOException e) {
            LOG.debug("an answer to {} was not sent: {}", asker, e.getMessage());
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try {
                var connection = tcp.accept();
                if (underWay.tryAcquire()) {
                    Thread.startVirtualThread(() -> {
                        try {
                            converse(connection);
                        } finally {
                            underWay.release();
                        }
                    });
                } else {
                    connection.close();
                }
            } catch (IOException | RuntimeException e) {
                if (!tcp.isClosed()) {
                    LOG.warn("a question over TCP was not answered: {}", e.toString());
                }
            }
        }
    }

    private void converse(Socket connection) {
        try (connection) {
            connection.setSoTimeout(TCP_IDLE_MILLIS);
            var in = new DataInputStream(connection.getInputStream());
            while (true) {
                int length = in.readUnsignedShort();
                if (length > LARGEST_QUESTION) {
                    return;
                }
                var packet = new byte[length];
                in.readFully(packet);
                var question = DnsMessage.parse(packet);
                if (question.isEmpty()) {
                    return;
                }
                var known = records.apply(question.get().name());
                var answer = known instanceof DnsAnswer.NotOurs
                        ? forwarder.ask(question.get(), true)
                        : answer(question.get(), known, 65_535);
                var framed = new byte[answer.length + 2];
                framed[0] = (byte) (answer.length >> 8);
                framed[1] = (byte) answer.length;
                System.arraycopy(answer, 0, framed, 2, answer.length);
                connection.getOutputStream().write(framed);
            }
        } catch (IOException ended) {
            LOG.trace("a conversation over TCP ended: {}", ended.getMessage());
        }
    }

    private static byte[] answer(DnsMessage.Question question, DnsAnswer known, int limit) {
        if (!question.isStandard()) {
            return DnsMessage.error(question, DnsMessage.NOT_IMPLEMENTED);
        }
        return switch (known) {
            case DnsAnswer.Addresses addresses -> DnsMessage.addresses(question, addresses.ips(), limit);
            case DnsAnswer.Names names -> DnsMessage.names(question, names.names(), limit);
            case DnsAnswer.NoSuchName none -> DnsMessage.error(question, DnsMessage.NO_SUCH_NAME);
            case DnsAnswer.Malformed malformed -> DnsMessage.error(question, DnsMessage.FORMAT_ERROR);
            case DnsAnswer.NotKnownYet notYet -> DnsMessage.error(question, DnsMessage.SERVER_FAILURE);
            case DnsAnswer.NotOurs notOurs -> DnsMessage.error(question, DnsMessage.SERVER_FAILURE);
        };
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException e) {
            LOG.debug("closing: {}", e.getMessage());
        }
    }
}
