package io.slipway.cpi.vsphere.vcenter;

import com.vmware.vim25.ManagedObjectReference;
import io.slipway.cpi.vsphere.properties.VsphereSettings;
import io.slipway.cpi.vsphere.soap.FaultException;
import io.slipway.cpi.vsphere.soap.SoapClient;
import io.slipway.cpi.vsphere.soap.UnansweredException;
import java.net.URI;
import java.net.http.HttpClient;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One vCenter, which is called within a limit that adapts itself, in a session that is renewed when it is over. Connects
 * when it is called first.
 */
public final class Vcenter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Vcenter.class);

    private final VsphereSettings settings;
    private final HttpClient http;
    private final Gate gate;
    private final TaskWatch tasks;
    private final ReentrantLock renewal = new ReentrantLock();
    private volatile @Nullable Session session;

    public Vcenter(VsphereSettings settings) {
        this.settings = settings;
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.limits().call())
                .sslContext(Trust.context(settings.caPem()))
                .build();
        gate = new Gate(settings.limits().mostCalls());
        tasks = new TaskWatch(this);
    }

    /** A call, in a session. */
    @FunctionalInterface
    public interface Call<T extends @Nullable Object> {
        T in(Session session) throws RemoteException;
    }

    /** Makes a call that is answered at once. */
    public <T extends @Nullable Object> T call(Call<T> call) throws RemoteException {
        enter();
        try {
            return timed(call);
        } finally {
            gate.leave();
        }
    }

    /** Begins a task and waits until it is done. Counts as one call under way all the while. */
    public @Nullable Object task(Call<ManagedObjectReference> call) throws RemoteException {
        enter();
        try {
            return await(timed(call));
        } finally {
            gate.leave();
        }
    }

    private @Nullable Object await(ManagedObjectReference task) throws RemoteException {
        Duration deadline = settings.limits().task();
        try {
            return tasks.watch(task).get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FaultException fault) {
                throw fault;
            }
            if (e.getCause() instanceof UnansweredException lost) {
                throw lost;
            }
            throw new RemoteException(task.val, e);
        } catch (TimeoutException e) {
            throw new UnansweredException(task.val + " is not done after " + deadline.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteException("interrupted while waiting for " + task.val, e);
        }
    }

    private void enter() throws RemoteException {
        try {
            gate.enter();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteException("interrupted while waiting for other calls", e);
        }
    }

    private <T extends @Nullable Object> T timed(Call<T> call) throws RemoteException {
        Session now = session();
        long start = System.nanoTime();
        try {
            return call.in(now);
        } catch (FaultException e) {
            if (!isSessionOver(e)) {
                throw e;
            }
            // It was refused before anything was done, so it can be made again.
            return call.in(renew(now));
        } finally {
            gate.took(Duration.ofNanos(System.nanoTime() - start));
        }
    }

    static boolean isSessionOver(Throwable e) {
        return e instanceof FaultException fault && fault.type().equals("NotAuthenticated");
    }

    Session session() throws RemoteException {
        Session now = session;
        return now == null ? renew(null) : now;
    }

    @Nullable
    Session currentSession() {
        return session;
    }

    /** A session in the place of one that is over; one login for all who find that out at once. */
    Session renew(@Nullable Session over) throws RemoteException {
        try {
            renewal.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteException("interrupted while logging in", e);
        }
        try {
            Session now = session;
            if (now != null && now != over) {
                return now;
            }
            var client = new SoapClient(http, address("/sdk"), settings.limits().call());
            Session made = Session.login(client, settings.user(), settings.password());
            LOG.info(
                    "logged in at vCenter {} ({})",
                    settings.host(),
                    made.content().about == null ? "unknown version" : made.content().about.fullName);
            session = made;
            tasks.wake();
            return made;
        } finally {
            renewal.unlock();
        }
    }

    URI address(String path) {
        return URI.create("https://" + settings.host() + path);
    }

    Duration callDeadline() {
        return settings.limits().call();
    }

    Duration patience() {
        return settings.limits().patience();
    }

    String host() {
        return settings.host();
    }

    HttpClient http() {
        return http;
    }

    /** How many calls may be under way now. */
    public int limit() {
        return gate.limit();
    }

    @Override
    public void close() {
        tasks.close();
        Session now = session;
        if (now != null) {
            now.logout();
        }
        http.shutdownNow();
        http.close();
    }
}
