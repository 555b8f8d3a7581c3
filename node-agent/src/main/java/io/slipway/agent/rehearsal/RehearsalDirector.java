package io.slipway.agent.rehearsal;

import io.grpc.TlsServerCredentials;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.StreamObserver;
import io.slipway.protocol.agent.v1.AgentStreamGrpc;
import io.slipway.protocol.agent.v1.Apply;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.GetState;
import io.slipway.protocol.agent.v1.Prepare;
import io.slipway.protocol.agent.v1.ResultAcknowledged;
import io.slipway.protocol.agent.v1.RunScript;
import io.slipway.protocol.agent.v1.Settings;
import io.slipway.protocol.agent.v1.StartJobs;
import io.slipway.protocol.agent.v1.ToAgent;
import io.slipway.protocol.agent.v1.Welcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for one agent, has it do what every agent does in its first minute, says when, and ends. Used by the stemcell's
 * build and by the benchmark of the agent's footprint; no part of a real director.
 */
public final class RehearsalDirector {
    private static final long PATIENCE_SECONDS = 60;

    private RehearsalDirector() {}

    /** @param args a folder with ca.pem, director.pem and director.key, a port, and --stay not to end when all is done */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 2) {
            System.err.println(
                    "usage: RehearsalDirector <folder with ca.pem, director.pem, director.key> <port> [--stay]");
            System.exit(2);
        }
        var folder = Path.of(args[0]);
        var credentials = TlsServerCredentials.newBuilder()
                .keyManager(
                        folder.resolve("director.pem").toFile(),
                        folder.resolve("director.key").toFile())
                .trustManager(folder.resolve("ca.pem").toFile())
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build();
        var done = new CountDownLatch(1);
        var server = OkHttpServerBuilder.forPort(Integer.parseInt(args[1]), credentials)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .addService(new Script(done))
                .build()
                .start();
        System.out.println("listening");
        var isDone = done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (args.length == 3 && isDone) {
            System.out.println("done");
            server.awaitTermination();
        }
        server.shutdownNow();
        System.out.println(isDone ? "done" : "no agent came through within " + PATIENCE_SECONDS + " s");
        System.exit(isDone ? 0 : 1);
    }

    private static final class Script extends AgentStreamGrpc.AgentStreamImplBase {
        private final CountDownLatch done;

        Script(CountDownLatch done) {
            this.done = done;
        }

        @Override
        public StreamObserver<FromAgent> connect(StreamObserver<ToAgent> toAgent) {
            return new Conversation(toAgent, done);
        }
    }

    private static final class Conversation implements StreamObserver<FromAgent> {
        private final StreamObserver<ToAgent> toAgent;
        private final CountDownLatch done;
        private final Queue<Command> commands = new ArrayDeque<>(commands());

        Conversation(StreamObserver<ToAgent> toAgent, CountDownLatch done) {
            this.toAgent = toAgent;
            this.done = done;
        }

        @Override
        public void onNext(FromAgent message) {
            switch (message.getMessageCase()) {
                case HELLO -> {
                    System.out.println("hello " + System.currentTimeMillis());
                    toAgent.onNext(ToAgent.newBuilder()
                            .setWelcome(Welcome.newBuilder()
                                    .setProtocolVersion(1)
                                    .setDirectorUuid("rehearsal")
                                    .setSettings(Settings.newBuilder().setHeartbeatIntervalMillis(1_000)))
                            .build());
                    next();
                }
                case RESULT -> {
                    toAgent.onNext(ToAgent.newBuilder()
                            .setAcknowledged(ResultAcknowledged.newBuilder()
                                    .setCommandId(message.getResult().getCommandId()))
                            .build());
                    next();
                }
                default -> {}
            }
        }

        private void next() {
            var command = commands.poll();
            if (command == null) {
                done.countDown();
            } else {
                toAgent.onNext(ToAgent.newBuilder().setCommand(command).build());
            }
        }

        private static List<Command> commands() {
            var spec = ApplySpec.newBuilder()
                    .setDeployment("rehearsal")
                    .setInstanceGroup("group")
                    .setInstanceId("id");
            return List.of(
                    Command.newBuilder()
                            .setId("1")
                            .setGetState(GetState.newBuilder().setFull(true))
                            .build(),
                    Command.newBuilder()
                            .setId("2")
                            .setPrepare(Prepare.newBuilder().setSpec(spec))
                            .build(),
                    Command.newBuilder()
                            .setId("3")
                            .setApply(Apply.newBuilder().setSpec(spec))
                            .build(),
                    Command.newBuilder()
                            .setId("4")
                            .setRunScript(RunScript.newBuilder().setName("pre-start"))
                            .build(),
                    Command.newBuilder()
                            .setId("5")
                            .setStartJobs(StartJobs.getDefaultInstance())
                            .build(),
                    Command.newBuilder()
                            .setId("6")
                            .setGetState(GetState.newBuilder().setFull(true))
                            .build());
        }

        @Override
        public void onError(Throwable error) {
            System.out.println("the agent left: " + error.getMessage());
        }

        @Override
        public void onCompleted() {
            toAgent.onCompleted();
        }
    }
}
