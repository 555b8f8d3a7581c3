package io.slipway.cli.machine;

import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.PrivateFiles;
import io.slipway.cli.director.Target;
import io.slipway.cli.output.Progress;
import io.slipway.cli.supervisor.Processes;
import io.slipway.cli.supervisor.Supervisor;
import io.slipway.cli.supervisor.SupervisorPlan;
import io.slipway.cli.supervisor.SupervisorState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Several directors on this machine that are one, their PostgreSQL, and the supervisor that keeps all of them running. This
 * command starts the supervisor alone, and that starts the directors.
 */
final class DirectorGroup implements Directors {
    private static final Duration LOOK = Duration.ofMillis(200);

    /** One end may be an accident. */
    private static final int FAILURES = 2;

    private final Cli cli;
    private final DataFolder data;
    private final LocalPostgresql postgresql;
    private final List<Member> members;

    DirectorGroup(Cli cli, Machine machine, DataFolder data) {
        this.cli = cli;
        this.data = data;
        this.postgresql = new LocalPostgresql(machine, data);
        this.members = IntStream.rangeClosed(1, GroupSettings.count(data))
                .mapToObj(number -> {
                    DataFolder folder = data.ofDirector(number);
                    return new Member(number, folder, new DirectorProcess(cli, folder, data));
                })
                .toList();
    }

    /** One of the directors. */
    record Member(int number, DataFolder folder, DirectorProcess process) {
        String name() {
            return "director " + number;
        }

        DirectorSettings settings() {
            return DirectorSettings.read(folder.settings());
        }

        boolean isReady() {
            return process.isReady(settings());
        }
    }

    List<Member> members() {
        return members;
    }

    LocalPostgresql postgresql() {
        return postgresql;
    }

    Optional<ProcessHandle> supervisor() {
        return Processes.find(Supervisor.ending(data.supervisorPlan()));
    }

    private boolean isAnyRunning() {
        return members.stream().anyMatch(member -> member.process().find().isPresent());
    }

    @Override
    public boolean isRunning() {
        return supervisor().isPresent() || isAnyRunning() || postgresql.find().isPresent();
    }

    @Override
    public boolean isUp() {
        return supervisor().isPresent()
                && postgresql.find().isPresent()
                && members.stream().allMatch(member -> member.process().find().isPresent() && member.isReady());
    }

    @Override
    public void start(Progress progress) {
        if (postgresql.find().isEmpty()) {
            startPostgresql(progress.begin("Starting PostgreSQL"));
        }
        boolean isNew = supervisor().isEmpty();
        if (isNew) {
            startSupervisor();
        }
        Progress.Step step = progress.begin("Starting " + members.size() + " directors");
        try {
            members.forEach(member -> await(step, member));
        } catch (RuntimeException failure) {
            step.failed("Starting " + members.size() + " directors failed");
            if (isNew && members.stream().noneMatch(Member::isReady)) {
                stopQuietly();
            }
            throw failure;
        }
        step.done("Started " + members.size() + " directors");
    }

    private void startPostgresql(Progress.Step step) {
        try {
            postgresql.start(PostgresqlSettings.read(data.postgresqlSettings()), step);
            step.done("Started PostgreSQL");
        } catch (RuntimeException failure) {
            step.failed("Starting PostgreSQL failed");
            throw failure;
        }
    }

    /** Directors that run already stay as they are: it takes them over. */
    private void startSupervisor() {
        try {
            for (Member member : members) {
                PrivateFiles.createFolders(member.folder().logs());
            }
            if (!isAnyRunning()) {
                members.getFirst().process().install();
            }
            var program = new InstalledProgram(data.root().resolve("supervisor"));
            program.install(InstalledProgram.built(cli.root().resolve("deploy/cli/target"), "slipway-cli"));
            Path plan = data.supervisorPlan();
            plan().write(plan);
            Files.deleteIfExists(Supervisor.stateFile(plan));
            List<String> command = new ArrayList<>(DirectorProcess.FOR_NOBODY_ELSE);
            command.addAll(List.of(
                    DirectorProcess.JAVA,
                    "-Xmx32m",
                    "-Xss512k",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:MaxMetaspaceSize=48m",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-cp",
                    InstalledProgram.classPath(program.jars())));
            command.addAll(Supervisor.ending(plan));
            Processes.startApart(command, data.root(), data.supervisorLog());
        } catch (IOException failure) {
            throw new CliException("the supervisor cannot be started: " + failure.getMessage(), failure);
        }
    }

    private SupervisorPlan plan() {
        return new SupervisorPlan(
                postgresql.plan(),
                members.stream()
                        .map(member -> member.process().plan(member.name(), member.settings()))
                        .toList());
    }

    private void await(Progress.Step step, Member member) {
        long deadline = System.nanoTime() + DirectorProcess.START_DEADLINE.toNanos();
        while (!member.isReady()) {
            requireHope(member, System.nanoTime() > deadline);
            step.detail(member.name() + ": "
                    + DirectorProcess.lastLine(member.folder().directorLog()));
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private void requireHope(Member member, boolean isLate) {
        Path log = member.folder().directorLog();
        int failures = SupervisorState.read(Supervisor.stateFile(data.supervisorPlan()))
                .failures()
                .getOrDefault(member.name(), 0);
        if (failures >= FAILURES) {
            throw new CliException(member.name() + " ended again and again while it started; its last words: "
                    + DirectorProcess.lastWords(log) + " (see " + log + ")");
        }
        if (isLate) {
            throw new CliException(member.name() + " is not ready after " + DirectorProcess.START_DEADLINE.toSeconds()
                    + " s (see " + log + " and " + data.supervisorLog() + ")");
        }
    }

    private void stopQuietly() {
        try {
            stop();
        } catch (CliException failure) {
            // What went wrong before is what has to be told.
        }
    }

    @Override
    public void stop(Progress progress) {
        if (isRunning()) {
            Progress.Step step = progress.begin("Stopping " + members.size() + " directors, one after the other");
            stop();
            step.done("Stopped " + members.size() + " directors and PostgreSQL");
        }
    }

    /** The supervisor does it; what it does not do, because it is not there or does not end, is done here. */
    private void stop() {
        SupervisorPlan plan = plan();
        supervisor().ifPresent(process -> Processes.stop(process, Supervisor.longestStop(plan)));
        try {
            Supervisor.stopAll(plan);
        } catch (IOException failure) {
            throw new CliException("PostgreSQL cannot be stopped: " + failure.getMessage(), failure);
        }
    }

    @Override
    public Target target() {
        Set<String> certificates = new LinkedHashSet<>();
        List<String> urls = new ArrayList<>();
        for (Member member : members) {
            Target one = member.settings().target(member.folder());
            certificates.add(one.caPem());
            urls.addAll(one.urls());
        }
        Target first = members.getFirst().settings().target(data);
        return new Target(urls, String.join("", certificates), first.user(), first.password());
    }

    /** Other CPIs than the local one keep a ledger in the database. */
    @Override
    public void run(Progress.Step step, String subcommand) {
        boolean needsDatabase = !DirectorSettings.readTree(data.settings())
                .at("/cpi/name")
                .asText()
                .equals("local");
        if (needsDatabase) {
            postgresql.start(PostgresqlSettings.read(data.postgresqlSettings()), step);
        }
        members.getFirst().process().run(step, subcommand);
        if (needsDatabase) {
            postgresql.stop();
        }
    }
}
