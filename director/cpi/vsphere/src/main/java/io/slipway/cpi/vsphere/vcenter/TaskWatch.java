package io.slipway.cpi.vsphere.vcenter;

import com.vmware.vim25.LocalizedMethodFault;
import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.ObjectSpec;
import com.vmware.vim25.ObjectUpdate;
import com.vmware.vim25.PropertyChange;
import com.vmware.vim25.PropertyFilterSpec;
import com.vmware.vim25.PropertyFilterUpdate;
import com.vmware.vim25.PropertySpec;
import com.vmware.vim25.SelectionSpec;
import com.vmware.vim25.TaskInfoState;
import com.vmware.vim25.TraversalSpec;
import com.vmware.vim25.UpdateSet;
import com.vmware.vim25.WaitOptions;
import io.slipway.cpi.vsphere.soap.FaultException;
import io.slipway.cpi.vsphere.soap.UnansweredException;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for all tasks of one vCenter with one property collector: a list of tasks is watched, tasks are added to it, and
 * vCenter answers when one of them changes. When the session ends, all of it is made anew in the next one.
 */
final class TaskWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskWatch.class);
    /** Below the minute after which things between here and a vCenter give up on a silent connection. */
    private static final int LONGEST_WAIT_SECONDS = 50;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    /** A vCenter that is down is asked no oftener; whoever reaches it earlier ends the pause. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Vcenter vcenter;
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();
    private final Queue<ManagedObjectReference> done = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Opened opened;
    private volatile @Nullable Thread thread;
    private volatile boolean isClosed;

    TaskWatch(Vcenter vcenter) {
        this.vcenter = vcenter;
    }

    /** What one session has of this. */
    private record Opened(Session session, ManagedObjectReference collector, ManagedObjectReference list) {}

    private record Pending(
            ManagedObjectReference task,
            CompletableFuture<@Nullable Object> result,
            Map<String, @Nullable Object> known) {}

    /** The task's result when it is done; fails with {@link FaultException}, or {@link UnansweredException}. */
    CompletableFuture<@Nullable Object> watch(ManagedObjectReference task) {
        var one = new Pending(task, new CompletableFuture<>(), new HashMap<>());
        pending.put(task.val, one);
        begin();
        Opened now = opened;
        if (now == null) {
            // Whoever opens it adds all that are waited for.
            return one.result();
        }
        if (now.session() != vcenter.currentSession()) {
            wake();
            return one.result();
        }
        try {
            add(now, new ManagedObjectReference[] {task});
        } catch (RemoteException sessionEnded) {
            wake();
        }
        return one.result();
    }

    private void add(Opened to, ManagedObjectReference[] tasks) throws RemoteException {
        var leaving = new ArrayList<ManagedObjectReference>();
        for (ManagedObjectReference gone = done.poll(); gone != null; gone = done.poll()) {
            leaving.add(gone);
        }
        var unknown =
                to.session().api().modifyListView(to.list(), tasks, leaving.toArray(new ManagedObjectReference[0]));
        for (var task : unknown == null ? new ManagedObjectReference[0] : unknown) {
            Pending lost = pending.remove(task.val);
            if (lost != null) {
                lost.result()
                        .completeExceptionally(new UnansweredException(
                                "vCenter does not know " + task.val + " any more",
                                new IllegalStateException(task.val)));
            }
        }
    }

    private synchronized void begin() {
        if (thread == null && !isClosed) {
            thread = Thread.ofVirtual().name("tasks of " + vcenter.host()).start(this::run);
        }
    }

    /** Has the watch look for the session that is the present one. */
    void wake() {
        Thread waiting = thread;
        if (waiting != null && waiting != Thread.currentThread()) {
            waiting.interrupt();
        }
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        long lastAnswer = System.nanoTime();
        while (!isClosed) {
            Thread.interrupted();
            Session session = null;
            try {
                session = vcenter.session();
                Opened now = open(session);
                pause = FIRST_PAUSE;
                try {
                    follow(now);
                } finally {
                    lastAnswer = System.nanoTime();
                }
            } catch (RemoteException | RuntimeException e) {
                opened = null;
                if (isClosed) {
                    return;
                }
                if (session != null && session != vcenter.currentSession()) {
                    continue;
                }
                if (session != null && Vcenter.isSessionOver(e)) {
                    renew(session);
                    continue;
                }
                if (System.nanoTime() - lastAnswer >= vcenter.patience().toNanos()) {
                    giveUp(e);
                }
                LOG.debug("waiting for tasks of {} is begun anew: {}", vcenter.host(), e.getMessage());
                if (!Thread.currentThread().isInterrupted()) {
                    LockSupport.parkNanos(pause.toNanos());
                    pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
        }
    }

    /** Nobody hears of tasks any more: those who wait for one have to look later what came of it. */
    private void giveUp(Exception e) {
        for (Pending one : List.copyOf(pending.values())) {
            pending.remove(one.task().val);
            one.result()
                    .completeExceptionally(
                            new UnansweredException("how " + one.task().val + " ended: " + e.getMessage(), e));
        }
    }

    private void renew(Session over) {
        try {
            vcenter.renew(over);
        } catch (RemoteException e) {
            LockSupport.parkNanos(FIRST_PAUSE.toNanos());
        }
    }

    private Opened open(Session session) throws RemoteException {
        var api = session.api();
        var collector = api.createPropertyCollector(session.content().propertyCollector);
        var list = api.createListView(session.content().viewManager, new ManagedObjectReference[0]);
        api.createFilter(collector, tasksOf(list), true);
        var made = new Opened(session, collector, list);
        done.clear();
        opened = made;
        var waiting = pending.values().stream().map(Pending::task).toArray(ManagedObjectReference[]::new);
        if (waiting.length > 0) {
            add(made, waiting);
        }
        return made;
    }

    private static PropertyFilterSpec tasksOf(ManagedObjectReference list) {
        var tasks = new TraversalSpec();
        tasks.name = "tasks";
        tasks.type = "ListView";
        tasks.path = "view";
        tasks.skip = false;
        var from = new ObjectSpec();
        from.obj = list;
        from.skip = true;
        from.selectSet = new SelectionSpec[] {tasks};
        var properties = new PropertySpec();
        properties.type = "Task";
        properties.all = false;
        properties.pathSet = new String[] {"info.state", "info.error", "info.result"};
        var filter = new PropertyFilterSpec();
        filter.objectSet = new ObjectSpec[] {from};
        filter.propSet = new PropertySpec[] {properties};
        return filter;
    }

    private void follow(Opened now) throws RemoteException {
        var options = new WaitOptions();
        options.maxWaitSeconds = LONGEST_WAIT_SECONDS;
        String version = "";
        while (!isClosed) {
            UpdateSet updates = now.session().api().waitForUpdatesEx(now.collector(), version, options);
            if (updates == null) {
                continue;
            }
            version = updates.version;
            if (updates.filterSet == null) {
                continue;
            }
            for (PropertyFilterUpdate filter : updates.filterSet) {
                if (filter.objectSet != null) {
                    for (ObjectUpdate update : filter.objectSet) {
                        apply(update);
                    }
                }
            }
        }
    }

    private void apply(ObjectUpdate update) {
        Pending one = pending.get(update.obj.val);
        if (one == null || update.changeSet == null) {
            return;
        }
        for (PropertyChange change : update.changeSet) {
            one.known().put(change.name, change.val);
        }
        Object state = one.known().get("info.state");
        if (state == TaskInfoState.success) {
            end(one);
            one.result().complete(one.known().get("info.result"));
        } else if (state == TaskInfoState.error) {
            end(one);
            one.result().completeExceptionally(failure(one.known().get("info.error")));
        }
    }

    private void end(Pending one) {
        pending.remove(one.task().val);
        done.add(one.task());
    }

    private static FaultException failure(@Nullable Object error) {
        if (error instanceof LocalizedMethodFault localized && localized.fault != null) {
            String text = localized.localizedMessage == null ? "" : localized.localizedMessage;
            return new FaultException(localized.fault.getClass().getSimpleName(), text, localized.fault);
        }
        return new FaultException("MethodFault", "the task failed, and vCenter does not say why", null);
    }

    @Override
    public void close() {
        isClosed = true;
        wake();
    }
}
