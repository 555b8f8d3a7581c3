package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.cluster.ClusterWatcher;
import io.slipway.cli.cluster.CreateClusterCommand;
import io.slipway.cli.cluster.GetCredentialsCommand;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.director.DirectorClient.Answer;
import io.slipway.cli.director.TrustedCa;
import io.slipway.cli.kubeconfig.Kubeconfig;
import io.slipway.cli.output.Progress;
import io.slipway.cli.task.Detach;
import io.slipway.cli.task.TaskWatcher;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.HttpsURLConnection;

/** The cluster that 'up' makes: made where it is missing, awaited, and put into the user's kubeconfig. */
final class FirstCluster {
    private static final Duration API_DEADLINE = Duration.ofMinutes(5);

    private final Cli cli;
    private final DirectorClient director;
    private final String name;
    private final Kubeconfig kubeconfig;

    FirstCluster(Cli cli, DirectorClient director, String name) {
        this.cli = cli;
        this.director = director;
        this.name = name;
        this.kubeconfig = Kubeconfig.ofUser(cli.environment(), cli.home());
    }

    Path kubeconfig() {
        return kubeconfig.path();
    }

    /** Whether anything was changed. */
    boolean bringUp(Progress progress, String plan) {
        Answer present = director.tryGet("/v1/clusters/" + name);
        boolean isNew = present.status() == 404;
        boolean isMade = isNew
                || present.orThrow().json().path("last_action_state").asText().equals("in progress");
        if (isNew) {
            CreateClusterCommand.request(director, name, plan, null, null);
        }
        if (isMade) {
            await(progress);
        } else {
            requireSound(present.json());
        }
        JsonNode credentials = GetCredentialsCommand.fetch(director, name);
        boolean isWoken = awaitApi(progress, credentials);
        boolean isMerged = isNew || !kubeconfig.holds(credentials);
        if (isMerged) {
            kubeconfig.merge(credentials);
        }
        return isMade || isWoken || isMerged;
    }

    private void await(Progress progress) {
        try (var detach = new Detach(cli.console(), "slipway cluster " + name)) {
            Progress.Step step = progress.begin("Creating cluster " + name);
            try {
                new ClusterWatcher(director).untilCreated(name, step);
                step.done("Created cluster " + name);
            } catch (RuntimeException failure) {
                step.failed("Creating cluster " + name + " failed");
                throw failure;
            }
        }
    }

    private void requireSound(JsonNode cluster) {
        if (!cluster.path("last_action_state").asText().equals("succeeded")) {
            throw new CliException("cluster " + name + " is not sound ("
                    + cluster.path("last_action_description").asText() + "): delete it with 'slipway delete-cluster "
                    + name + "' and run this again");
        }
    }

    /** Waits until the cluster's API answers at all; whether it had to wait. */
    private boolean awaitApi(Progress progress, JsonNode credentials) {
        if (answers(credentials)) {
            return false;
        }
        Progress.Step step = progress.begin("Waiting for the API of cluster " + name);
        long deadline = System.nanoTime() + API_DEADLINE.toNanos();
        while (!answers(credentials)) {
            if (System.nanoTime() > deadline) {
                step.failed("The API of cluster " + name + " does not answer");
                throw new CliException("the API of cluster " + name + " at " + server(credentials)
                        + " does not answer: look at 'slipway cluster " + name + "' and 'slipway tasks'");
            }
            TaskWatcher.Pause.SHORT.take();
        }
        step.done("The API of cluster " + name + " answers");
        return true;
    }

    private static String server(JsonNode credentials) {
        return credentials
                .path("clusters")
                .path(0)
                .path("cluster")
                .path("server")
                .asText();
    }

    /** Any answer to an unauthenticated request shows that an API server with the right certificate is there. */
    private static boolean answers(JsonNode credentials) {
        String ca = credentials
                .path("clusters")
                .path(0)
                .path("cluster")
                .path("certificate-authority-data")
                .asText();
        try {
            var connection = (HttpsURLConnection)
                    URI.create(server(credentials) + "/readyz").toURL().openConnection();
            connection.setSSLSocketFactory(
                    TrustedCa.sockets(new String(Base64.getDecoder().decode(ca), StandardCharsets.US_ASCII)));
            connection.setConnectTimeout(2000);
            connection.setReadTimeout(5000);
            int status = connection.getResponseCode();
            try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return status < 500 && body != null;
            }
        } catch (IOException notYet) {
            return false;
        }
    }
}
