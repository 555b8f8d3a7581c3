package io.slipway.agent.dns;

import io.slipway.agent.layout.Layout;
import io.slipway.agent.process.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the VM resolve the names of instances: gives it an address on its loopback interface, answers there, and puts
 * that address before the VM's own name servers, which stay in place for when the agent does not run. Tries again until
 * it works.
 *
 * <p>The address is not BOSH DNS' 169.254.0.2, so that its release can run here as well.
 */
public final class NameService implements AutoCloseable {
    /** Link-local, so that pods and containers, which have a loopback interface of their own, reach it as well. */
    static final String ADDRESS = "169.254.0.53";

    private static final Logger LOG = LoggerFactory.getLogger(NameService.class);
    /** To ask those would be to ask ourselves. */
    private static final Set<String> OURS = Set.of(ADDRESS, "169.254.0.2", "127.0.0.1", "::1");

    private static final int PORT = 53;
    private static final long RETRY_SECONDS = 5;

    private final Layout layout;
    private final DnsRecords records;
    private final ScheduledExecutorService timer;
    private @Nullable DnsServer server;
    private boolean isClosed;
    private @Nullable FileTime readAt;
    private List<InetSocketAddress> upstream = List.of();

    public NameService(Layout layout, DnsRecords records, ScheduledExecutorService timer) {
        this.layout = layout;
        this.records = records;
        this.timer = timer;
    }

    /** Quick, and does nothing where the machine is not this agent's own. */
    public void start() {
        if (layout.isWholeMachine()) {
            Thread.ofVirtual().name("dns-start").start(this::tryToServe);
        }
    }

    private synchronized void tryToServe() {
        if (isClosed) {
            return;
        }
        try {
            var given = Program.of("ip", "addr", "replace", ADDRESS + "/32", "dev", "lo", "scope", "host")
                    .run();
            if (given.exitCode() != 0) {
                throw new IOException(given.describe());
            }
            if (server == null) {
                server = DnsServer.start(
                        InetAddress.getByName(ADDRESS), PORT, records::resolve, new Forwarder(this::upstream));
            }
            ResolvConf.read(layout.resolvConf()).withFirst(ADDRESS).write(layout.resolvConf());
            LOG.info("names of instances are answered on {}", ADDRESS);
        } catch (IOException e) {
            LOG.warn("names of instances cannot be answered yet: {}", e.getMessage());
            timer.schedule(this::tryToServe, RETRY_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The VM's own name servers, as the file has them now. */
    private synchronized List<InetSocketAddress> upstream() {
        try {
            var changedAt = Files.getLastModifiedTime(layout.resolvConf());
            if (!changedAt.equals(readAt)) {
                upstream = upstreamOf(ResolvConf.read(layout.resolvConf()));
                readAt = changedAt;
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", layout.resolvConf(), e.getMessage());
        }
        return upstream;
    }

    static List<InetSocketAddress> upstreamOf(ResolvConf conf) throws IOException {
        var servers = new ArrayList<InetSocketAddress>();
        for (var name : conf.nameServers()) {
            // A name instead of an address would have to be resolved, by us.
            if (!OURS.contains(name) && name.matches("[0-9.]+|[0-9a-fA-F:]+(%\\w+)?")) {
                servers.add(new InetSocketAddress(InetAddress.getByName(name), PORT));
            }
        }
        return List.copyOf(servers);
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (server != null) {
            server.close();
        }
    }
}
