package io.slipway.cpi.local;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Speaks and listens in a network namespace: a process of its own, which says "ready" when it listens. */
final class Probe {
    private static final int PATIENCE_MILLIS = 20_000;
    /** Whoever is to be heard starts a Java machine first, on a computer that has other things to do. */
    private static final int HEARING_MILLIS = 120_000;

    private Probe() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "serve" -> serve(new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2])));
            case "dial" -> dial(arguments[1], Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
            case "hear" -> hear(new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2])));
            case "say" -> say(arguments);
            default -> throw new IllegalArgumentException(Arrays.toString(arguments));
        }
    }

    /** Takes connections until it is killed. */
    private static void serve(InetSocketAddress address) throws Exception {
        try (var server = new ServerSocket(address.getPort(), 10, address.getAddress())) {
            System.out.println("ready");
            while (true) {
                server.accept().close();
            }
        }
    }

    private static void dial(String host, int port, int millis) throws Exception {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), millis);
            System.out.println("connected");
        } catch (SocketTimeoutException silence) {
            System.out.println("silence");
        } catch (java.io.IOException refused) {
            System.out.println("refused: " + refused.getMessage());
        }
    }

    /** Prints what it hears and from whom, until it hears "end" or nothing for long. */
    private static void hear(InetSocketAddress address) throws Exception {
        try (var socket = new DatagramSocket(address)) {
            socket.setSoTimeout(HEARING_MILLIS);
            System.out.println("ready");
            while (true) {
                var packet = new DatagramPacket(new byte[100], 100);
                socket.receive(packet);
                String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
                System.out.println(text + " from " + packet.getAddress().getHostAddress());
                if (text.equals("end")) {
                    return;
                }
            }
        } catch (SocketTimeoutException silence) {
            System.out.println("silence");
        }
    }

    /** Says words, from an address of its own choice. */
    private static void say(String[] arguments) throws Exception {
        var target = new InetSocketAddress(arguments[2], Integer.parseInt(arguments[3]));
        try (var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(arguments[1]), 0))) {
            for (String word : Arrays.asList(arguments).subList(4, arguments.length)) {
                byte[] text = word.getBytes(StandardCharsets.US_ASCII);
                socket.send(new DatagramPacket(text, text.length, target));
            }
        }
    }
}
