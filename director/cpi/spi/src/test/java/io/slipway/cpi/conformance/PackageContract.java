package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.cpi.CpiFailure.InvalidRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packages that all VMs see without each having a copy, where an infrastructure has such a means. */
public interface PackageContract extends Contract {

    @Test
    default void shares_a_package_with_vms_that_are_there_and_that_come(@TempDir Path directory) throws Exception {
        String early = it().newVm();
        Path archive = archive(directory);
        String digest = digest(archive);

        boolean isShared = it().cpi().sharePackage(digest, use -> use.accept(archive));

        assertThat(it().cpi().sharePackage(digest, use -> use.accept(archive))).isEqualTo(isShared);
        assumeTrue(isShared, "this infrastructure shares no packages");
        String late = it().newVm();
        String file = "/var/vcap/data/shared-packages/" + digest + "/bin/tool";
        for (String vm : new String[] {early, late}) {
            it().fixture().inside(vm).ifPresent(inside -> assertThat(inside.exists(file))
                    .isTrue());
        }
    }

    @Test
    default void shares_a_package_that_many_share_at_once(@TempDir Path directory) throws Exception {
        Path archive = archive(directory);
        String digest = digest(archive);

        var answers = CpiUnderTest.together(4, () -> it().cpi().sharePackage(digest, use -> use.accept(archive)));

        assertThat(new HashSet<>(answers)).hasSize(1);
    }

    @Test
    default void refuses_to_share_under_a_name_that_is_no_digest(@TempDir Path directory) throws Exception {
        Path archive = archive(directory);
        assumeTrue(
                it().cpi().sharePackage(digest(archive), use -> use.accept(archive)),
                "this infrastructure shares no packages");

        var failure = failureOf(() -> it().cpi().sharePackage("../../etc", use -> use.accept(archive)));

        assertThat(failure).isInstanceOf(InvalidRequest.class);
        assertThat(failure.message()).contains("../../etc");
    }

    private static Path archive(Path directory) throws IOException {
        return Files.write(
                directory.resolve("package.tgz"),
                new TinyTgz().file("bin/tool", "tool\n").bytes());
    }

    private static String digest(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
