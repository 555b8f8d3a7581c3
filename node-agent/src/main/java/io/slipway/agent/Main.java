package io.slipway.agent;

import io.slipway.agent.layout.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs the agent of this VM until the process is told to end. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length > 1 || (args.length == 1 && args[0].startsWith("-"))) {
            System.err.println("usage: agent [root folder, / by default]");
            System.exit(2);
        }
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n");
        Logger.getLogger("io.grpc").setLevel(Level.WARNING);
        var ended = new CountDownLatch(1);
        try {
            var agent = Agent.start(Layout.at(Path.of(args.length == 1 ? args[0] : "/")));
            Runtime.getRuntime().addShutdownHook(new Thread(agent::close));
            ended.await();
        } catch (IOException e) {
            System.err.println("agent: " + e.getMessage());
            System.exit(1);
        }
    }
}
