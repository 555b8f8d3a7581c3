package io.slipway.health.plugin.line;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.slipway.health.plugin.Metric;
import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.Notice.Heartbeat;
import io.slipway.health.plugin.NoticeShape;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Plugin;
import io.slipway.health.plugin.PluginFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** {@code riemann}: metrics and alerts as events, in Riemann's messages over TCP, each of which it acknowledges. */
public final class RiemannPlugin implements PluginFactory {
    private static final String SERVICE = "bosh.hm";
    private static final int USUAL_PORT = 5555;
    private static final int MANY = 50;
    private static final int LONGEST_ANSWER = 1024 * 1024;

    /** Of Msg. */
    private static final int OK = 2;

    private static final int ERROR = 3;
    private static final int EVENTS = 6;
    /** Of Event. */
    private static final int TIME = 1;

    private static final int STATE = 2;
    private static final int SERVICE_OF = 3;
    private static final int HOST = 4;
    private static final int DESCRIPTION = 5;
    private static final int ATTRIBUTES = 9;
    private static final int METRIC = 14;
    /** Of Attribute. */
    private static final int KEY = 1;

    private static final int VALUE = 2;

    @Override
    public String name() {
        return "riemann";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.ALERT, Notice.Kind.HEARTBEAT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know("host", "port");
        var connection = options.has("port")
                ? Connection.plain(options)
                : Connection.plain(Options.of("options", Map.of("host", options.text("host"), "port", USUAL_PORT)));
        return given -> new Plugin() {
            @Override
            public int atATime() {
                return MANY;
            }

            @Override
            public void deliver(List<Notice> notices) throws IOException {
                connection.write(framed(message(notices)));
                check(connection.readFrame(LONGEST_ANSWER));
            }

            @Override
            public void close() {
                connection.close();
            }
        };
    }

    private static byte[] framed(byte[] message) {
        return ByteBuffer.allocate(Integer.BYTES + message.length)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private static void check(byte[] answer) throws IOException {
        boolean isOk = false;
        String error = "";
        var in = CodedInputStream.newInstance(answer);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case OK -> isOk = in.readBool();
                case ERROR -> error = in.readString();
                default -> in.skipField(tag);
            }
        }
        if (!isOk) {
            throw new Plugin.Refused("it says '" + error + "'");
        }
    }

    private static byte[] message(List<Notice> notices) throws IOException {
        var events = new ArrayList<byte[]>();
        for (Notice notice : notices) {
            switch (notice) {
                case Notice.OfAlert of -> events.add(alert(of));
                case Heartbeat heartbeat -> {
                    for (Metric metric : Metric.of(heartbeat)) {
                        events.add(metric(heartbeat, metric));
                    }
                }
            }
        }
        return coded(out -> {
            for (byte[] event : events) {
                out.writeByteArray(EVENTS, event);
            }
        });
    }

    private static byte[] alert(Notice.OfAlert of) throws IOException {
        var alert = of.alert();
        return coded(out -> {
            out.writeInt64(TIME, alert.raisedAt().getEpochSecond());
            out.writeString(
                    STATE, alert.isResolved() ? "ok" : alert.severity().name().toLowerCase(Locale.ROOT));
            out.writeString(SERVICE_OF, SERVICE);
            out.writeString(HOST, alert.source());
            out.writeString(DESCRIPTION, alert.title() + ": " + alert.summary());
            attributes(out, NoticeShape.of(alert));
        });
    }

    private static byte[] metric(Heartbeat heartbeat, Metric metric) throws IOException {
        return coded(out -> {
            out.writeInt64(TIME, heartbeat.timestamp().getEpochSecond());
            out.writeString(SERVICE_OF, SERVICE);
            out.writeString(HOST, heartbeat.job() + "/" + heartbeat.instanceId());
            var attributes = new TreeMap<>(NoticeShape.tags(heartbeat));
            attributes.put("name", metric.name());
            attributes.put("deployment", heartbeat.deployment());
            attributes.put("agent_id", heartbeat.agentId());
            attributes.put("job_state", heartbeat.jobState());
            attributes(out, attributes);
            out.writeDouble(METRIC, metric.value());
        });
    }

    private static void attributes(CodedOutputStream out, Map<String, Object> shape) throws IOException {
        for (var entry : shape.entrySet()) {
            if (entry.getValue() != null) {
                out.writeByteArray(ATTRIBUTES, coded(attribute -> {
                    attribute.writeString(KEY, entry.getKey());
                    attribute.writeString(VALUE, entry.getValue().toString());
                }));
            }
        }
    }

    @FunctionalInterface
    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] coded(Writing writing) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        writing.to(out);
        out.flush();
        return bytes.toByteArray();
    }
}
