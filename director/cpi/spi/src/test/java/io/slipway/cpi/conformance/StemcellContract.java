package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static io.slipway.cpi.conformance.CpiUnderTest.newAgentId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.slipway.cpi.CpiFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a CPI is, its stemcells, and packages that VMs share. */
interface StemcellContract extends Contract {

    @Test
    default void says_what_it_is() {
        var info = cpi().info();

        assertThat(info.name()).isEqualTo(underTest().factory().name());
        assertThat(info.stemcellFormats()).isNotEmpty();
        assertThat(info.apiVersion()).isGreaterThanOrEqualTo(2);
    }

    @Test
    default void imports_a_stemcell_again_without_harm_to_the_first() {
        var image = underTest().settings().stemcellImage();
        String first = cpi().createStemcell(image, Map.of());
        String second = cpi().createStemcell(image, Map.of());

        var network = underTest().settings().networks();
        var onFirst = cpi().createVm(underTest().request(newAgentId(), first, network.apply(0)));
        var onSecond = cpi().createVm(underTest().request(newAgentId(), second, network.apply(1)));

        assertThat(cpi().hasVm(onFirst.cid())).isTrue();
        assertThat(cpi().hasVm(onSecond.cid())).isTrue();
    }

    @Test
    default void makes_no_vm_of_a_stemcell_that_was_deleted() {
        String stemcell = underTest().stemcell();
        cpi().deleteStemcell(stemcell);

        var failure = failureOf(() -> underTest().newVm());

        assertThat(failure).isEqualTo(new CpiFailure.StemcellNotFound(stemcell));
        assertThat(cpi().listVms()).isEmpty();
    }

    @Test
    default void takes_the_deletion_of_an_absent_stemcell_for_success() {
        String stemcell = underTest().stemcell();
        cpi().deleteStemcell(stemcell);

        assertThatCode(() -> {
                    cpi().deleteStemcell(stemcell);
                    cpi().deleteStemcell("../no such stemcell");
                })
                .doesNotThrowAnyException();
    }

    @Test
    default void refuses_a_stemcell_image_that_is_not_there(@TempDir Path directory) {
        var failure = failureOf(() -> cpi().createStemcell(directory.resolve("absent.tgz"), Map.of()));

        assertThat(failure.message()).contains("absent.tgz");
    }

    @Test
    default void shares_a_package_any_number_of_times(@TempDir Path directory) throws Exception {
        var archive = directory.resolve("package.tgz");
        Files.write(archive, tgz("hello", "hi"));
        String sha256 = sha256(archive);

        boolean isShared = cpi().sharePackage(sha256, archive);

        assertThat(cpi().sharePackage(sha256, archive)).isEqualTo(isShared);
    }

    private static String sha256(Path file) throws IOException, GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    /** One small file in a tar archive (the ustar format), compressed. */
    private static byte[] tgz(String name, String content) throws IOException {
        var header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, String.format("%011o ", content.length()));
        put(header, 136, "00000000000 ");
        Arrays.fill(header, 148, 156, (byte) ' ');
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 255;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(header);
            out.write(Arrays.copyOf(content.getBytes(StandardCharsets.US_ASCII), 512));
            out.write(new byte[1024]);
        }
        return bytes.toByteArray();
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }
}
