package io.slipway.agent.dns;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** DNS messages on the wire (RFC 1035), as far as questions and plain answers go; of EDNS (RFC 6891) the size alone. */
final class DnsMessage {
    static final int A = 1;
    static final int PTR = 12;
    static final int ANY = 255;
    static final int NO_ERROR = 0;
    static final int FORMAT_ERROR = 1;
    static final int SERVER_FAILURE = 2;
    static final int NO_SUCH_NAME = 3;
    static final int NOT_IMPLEMENTED = 4;
    static final int HEADER = 12;

    private static final int INTERNET = 1;
    private static final int OPT = 41;
    private static final int PLAIN_UDP = 512;
    /** As much as one packet on a loopback interface takes easily. */
    private static final int MOST_UDP = 4096;

    private static final int RESPONSE = 0x8000;
    private static final int OPCODE = 0x7800;
    private static final int AUTHORITATIVE = 0x0400;
    private static final int TRUNCATED = 0x0200;
    private static final int RECURSION_WANTED = 0x0100;
    private static final int RECURSION_AVAILABLE = 0x0080;
    private static final int POINTER_TO_QUESTION = 0xC000 | HEADER;

    private DnsMessage() {}

    /**
     * One question, as it came.
     *
     * @param name in lower case, without the final dot
     * @param end of the question section in the packet
     * @param udpSize the most bytes that the asker takes in one packet
     */
    record Question(byte[] packet, String name, int type, int end, int udpSize, boolean hasEdns) {
        int flags() {
            return (packet[2] & 0xff) << 8 | packet[3] & 0xff;
        }

        boolean isStandard() {
            return (flags() & OPCODE) == 0;
        }
    }

    /** Nothing for what is no question at all, so that two servers never answer each other's errors for ever. */
    static Optional<Question> parse(byte[] packet) {
        if (packet.length < HEADER || (packet[2] & 0x80) != 0) {
            return Optional.empty();
        }
        var in = ByteBuffer.wrap(packet);
        if (in.getShort(4) != 1) {
            return Optional.empty();
        }
        in.position(HEADER);
        var name = new StringBuilder();
        while (true) {
            if (!in.hasRemaining()) {
                return Optional.empty();
            }
            int length = in.get() & 0xff;
            if (length == 0) {
                break;
            }
            if (length > 63 || in.remaining() < length || name.length() > 255) {
                return Optional.empty();
            }
            var label = new byte[length];
            in.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.ISO_8859_1));
        }
        if (in.remaining() < 4) {
            return Optional.empty();
        }
        int type = in.getShort() & 0xffff;
        in.getShort();
        int end = in.position();
        int edns = ednsSize(in);
        return Optional.of(new Question(
                packet,
                name.toString().toLowerCase(Locale.ROOT),
                type,
                end,
                Math.min(MOST_UDP, Math.max(PLAIN_UDP, edns)),
                edns >= 0));
    }

    /** Of the first additional record, which is where everybody puts it; negative where there is none. */
    private static int ednsSize(ByteBuffer in) {
        boolean isFirst = in.getShort(6) == 0 && in.getShort(8) == 0 && in.getShort(10) != 0;
        int at = in.position();
        if (!isFirst || in.remaining() < 11 || in.get(at) != 0 || in.getShort(at + 1) != OPT) {
            return -1;
        }
        return in.getShort(at + 3) & 0xffff;
    }

    static byte[] error(Question question, int code) {
        return response(question, code, List.of(), Integer.MAX_VALUE);
    }

    /** Addresses of the asked type; those of another type are left out. */
    static byte[] addresses(Question question, List<String> ips, int limit) {
        var data = new ArrayList<byte[]>();
        if (question.type() == A || question.type() == ANY) {
            ips.forEach(ip -> bytesOf(ip).ifPresent(bytes -> data.add(resource(A, bytes))));
        }
        return response(question, NO_ERROR, data, limit);
    }

    static byte[] names(Question question, List<String> names, int limit) {
        var data = new ArrayList<byte[]>();
        if (question.type() == PTR || question.type() == ANY) {
            names.forEach(name -> data.add(resource(PTR, encoded(name))));
        }
        return response(question, NO_ERROR, data, limit);
    }

    /** The same message under another id. */
    static byte[] withId(byte[] packet, int id) {
        var copy = packet.clone();
        copy[0] = (byte) (id >> 8);
        copy[1] = (byte) id;
        return copy;
    }

    static int id(byte[] packet) {
        return (packet[0] & 0xff) << 8 | packet[1] & 0xff;
    }

    static int code(byte[] packet) {
        return packet[3] & 0x0f;
    }

    private static byte[] response(Question question, int code, List<byte[]> answers, int limit) {
        int room = limit - question.end() - (question.hasEdns() ? 11 : 0);
        int fitting = 0;
        for (var answer : answers) {
            room -= answer.length;
            if (room < 0) {
                break;
            }
            fitting++;
        }
        int flags = RESPONSE
                | question.flags() & (OPCODE | RECURSION_WANTED)
                | AUTHORITATIVE
                | RECURSION_AVAILABLE
                | (fitting < answers.size() ? TRUNCATED : 0)
                | code;
        var out = new ByteArrayOutputStream();
        out.writeBytes(Arrays.copyOf(question.packet(), 2));
        shorts(out, flags, 1, fitting, 0, question.hasEdns() ? 1 : 0);
        out.writeBytes(Arrays.copyOfRange(question.packet(), HEADER, question.end()));
        answers.subList(0, fitting).forEach(out::writeBytes);
        if (question.hasEdns()) {
            out.write(0);
            shorts(out, OPT, MOST_UDP, 0, 0, 0);
        }
        return out.toByteArray();
    }

    /** A resource record of the name that was asked for; it may be kept for no time at all, as in BOSH DNS. */
    private static byte[] resource(int type, byte[] data) {
        var out = new ByteArrayOutputStream();
        shorts(out, POINTER_TO_QUESTION, type, INTERNET, 0, 0, data.length);
        out.writeBytes(data);
        return out.toByteArray();
    }

    private static byte[] encoded(String name) {
        var out = new ByteArrayOutputStream();
        for (var label : name.split("\\.")) {
            var bytes = label.getBytes(StandardCharsets.ISO_8859_1);
            int length = Math.min(63, bytes.length);
            out.write(length);
            out.write(bytes, 0, length);
        }
        out.write(0);
        return out.toByteArray();
    }

    private static Optional<byte[]> bytesOf(String ip) {
        var parts = ip.split("\\.");
        if (parts.length != 4) {
            return Optional.empty();
        }
        var bytes = new byte[4];
        try {
            for (var i = 0; i < 4; i++) {
                bytes[i] = (byte) Integer.parseInt(parts[i]);
            }
        } catch (NumberFormatException notIpv4) {
            return Optional.empty();
        }
        return Optional.of(bytes);
    }

    private static void shorts(ByteArrayOutputStream out, int... values) {
        for (int value : values) {
            out.write(value >> 8);
            out.write(value);
        }
    }
}
