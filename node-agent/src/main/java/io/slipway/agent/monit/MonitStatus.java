package io.slipway.agent.monit;

import io.slipway.protocol.agent.v1.ProcessState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What monit says about its services, from the XML of its status page. The machine itself (type 5) is left out. */
record MonitStatus(List<Service> services) {

    record Service(
            String name,
            int status,
            int monitor,
            boolean isPending,
            long pid,
            long uptimeSeconds,
            double cpuPercent,
            double memoryPercent,
            long memoryBytes) {

        /** In BOSH's words. */
        String state() {
            return switch (monitor) {
                case 0 -> "unmonitored";
                case 2 -> "starting";
                default -> status == 0 ? "running" : "failing";
            };
        }

        ProcessState toProto() {
            return ProcessState.newBuilder()
                    .setName(name)
                    .setState(state())
                    .setUptimeSeconds(Math.max(0, uptimeSeconds))
                    .setCpuPercent(Math.max(0, cpuPercent))
                    .setMemoryPercent(Math.max(0, memoryPercent))
                    .setMemoryBytes(Math.max(0, memoryBytes))
                    .build();
        }
    }

    static MonitStatus parse(String xml) {
        var services = new ArrayList<Service>();
        var from = xml.indexOf("<service type=");
        while (from >= 0) {
            var to = xml.indexOf("</service>", from);
            if (to < 0) {
                break;
            }
            var body = xml.substring(from, to);
            if (!body.startsWith("<service type=\"5\"")) {
                services.add(service(body));
            }
            from = xml.indexOf("<service type=", to);
        }
        return new MonitStatus(List.copyOf(services));
    }

    List<String> names() {
        return services.stream().map(Service::name).toList();
    }

    private static Service service(String body) {
        var memory = element(body, "memory").orElse("");
        return new Service(
                element(body, "name").orElse(""),
                (int) number(body, "status"),
                (int) number(body, "monitor"),
                number(body, "pendingaction") != 0,
                (long) number(body, "pid"),
                (long) number(body, "uptime"),
                number(element(body, "cpu").orElse(""), "percenttotal"),
                number(memory, "percenttotal"),
                (long) number(memory, "kilobytetotal") * 1024);
    }

    private static double number(String body, String tag) {
        try {
            return element(body, tag).map(Double::parseDouble).orElse(0.0);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Optional<String> element(String body, String tag) {
        var open = body.indexOf("<" + tag + ">");
        if (open < 0) {
            return Optional.empty();
        }
        var start = open + tag.length() + 2;
        var end = body.indexOf("</" + tag + ">", start);
        return end < 0 ? Optional.empty() : Optional.of(body.substring(start, end));
    }
}
