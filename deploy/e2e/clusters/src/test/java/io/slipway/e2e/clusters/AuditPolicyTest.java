package io.slipway.e2e.clusters;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.e2e.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The release's audit policy, judged by the API server's own evaluator; the tests are in Go, beside the release. */
@Order(1)
class AuditPolicyTest {
    private static final int SECONDS = 600;

    @Test
    void tells_what_must_be_told_and_no_secrets() {
        assumeTrue(
                Stream.of((System.getenv("PATH") + ":/usr/local/go/bin").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go"))),
                "Go is not installed");
        Path release = Path.of("../../releases/kubernetes").toAbsolutePath().normalize();

        Programs.run(
                        release,
                        Map.of("PATH", System.getenv("PATH") + ":/usr/local/go/bin"),
                        SECONDS,
                        List.of(release.resolve("tests/audit-policy").toString()))
                .mustSucceed();
    }
}
