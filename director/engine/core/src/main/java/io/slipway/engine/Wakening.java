package io.slipway.engine;

import io.slipway.engine.cluster.Caretaker;
import io.slipway.engine.compile.CompileCommand;
import io.slipway.engine.compile.CompiledPackageEntity;
import io.slipway.engine.deployment.DeploymentCommand;
import io.slipway.engine.deployment.DeploymentEntity;
import io.slipway.engine.instance.InstanceCommand;
import io.slipway.engine.instance.InstanceEntity;
import io.slipway.engine.task.TaskService;
import io.slipway.store.StateRows;
import io.slipway.store.catalog.OpenCompilations;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes the entities that are to be there: after a director started, after one died, and where one was moved. They go on by
 * themselves then. To wake one that is awake changes nothing.
 */
final class Wakening implements Caretaker.Duties {
    private static final Logger LOG = LoggerFactory.getLogger(Wakening.class);

    private final ClusterSharding sharding;
    private final StateRows rows;
    private final EngineServices services;
    private final OpenCompilations compilations;
    private final TaskService tasks;
    private final AtomicBoolean isWakingOpen = new AtomicBoolean();
    private final AtomicBoolean isWakingAll = new AtomicBoolean();
    private final AtomicBoolean isAskedAgain = new AtomicBoolean();

    Wakening(
            ClusterSharding sharding,
            StateRows rows,
            EngineServices services,
            OpenCompilations compilations,
            TaskService tasks) {
        this.sharding = sharding;
        this.rows = rows;
        this.services = services;
        this.compilations = compilations;
        this.tasks = tasks;
    }

    @Override
    public void wakeOpenWork() {
        if (isWakingOpen.compareAndSet(false, true)) {
            inBackground(() -> {
                try {
                    openWork();
                } finally {
                    isWakingOpen.set(false);
                }
            });
        }
    }

    @Override
    public void wakeAll() {
        isAskedAgain.set(true);
        if (isWakingAll.compareAndSet(false, true)) {
            inBackground(() -> {
                try {
                    while (isAskedAgain.compareAndSet(true, false)) {
                        all();
                    }
                } finally {
                    isWakingAll.set(false);
                }
            });
        }
    }

    private void inBackground(Runnable work) {
        try {
            services.blocking().execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException away) {
                    LOG.debug("not all entities could be woken now; they will be: {}", away.toString());
                }
            });
        } catch (RejectedExecutionException stopping) {
            LOG.debug("nothing is woken any more: this director stops");
        }
    }

    private void openWork() {
        var open = tasks.open();
        for (var task : open) {
            if (task.kind().goesOn() && !task.deployment().isEmpty()) {
                deployment(task.deployment(), new DeploymentCommand.Resume(task.id()));
            }
        }
        for (String compilation : compilations.list()) {
            sharding.entityRefFor(CompiledPackageEntity.KEY, compilation).tell(new CompileCommand.Wake());
        }
        tasks.takeOver(open);
    }

    /** What is hidden was gone, and is not forgotten yet. */
    private void all() {
        for (String name : rows.journalsOf(DeploymentEntity.KEY.name())) {
            deployment(name, new DeploymentCommand.Wake());
        }
        services.deployments().hidden().forEach(name -> deployment(name, new DeploymentCommand.Wake()));
        services.instances().ids().forEach(this::instance);
        openWork();
    }

    private void deployment(String name, DeploymentCommand command) {
        sharding.entityRefFor(DeploymentEntity.KEY, name).tell(command);
    }

    private void instance(String id) {
        sharding.entityRefFor(InstanceEntity.KEY, id).tell(new InstanceCommand.Wake());
    }
}
