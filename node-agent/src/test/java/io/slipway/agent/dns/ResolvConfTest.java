package io.slipway.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvConfTest {
    @TempDir
    private Path folder;

    @Test
    void goes_before_the_servers_of_the_vm_and_keeps_all_else() throws Exception {
        var file =
                Files.writeString(folder.resolve("resolv.conf"), "search a b\nnameserver 10.0.0.1\noptions rotate\n");

        ResolvConf.read(file).withFirst(NameService.ADDRESS).write(file);
        ResolvConf.read(file).withFirst(NameService.ADDRESS).write(file);

        assertThat(file).hasContent("nameserver 169.254.0.53\nsearch a b\nnameserver 10.0.0.1\noptions rotate\n");
    }

    @Test
    void leaves_bosh_dns_first_where_it_put_itself_there() throws Exception {
        var file = Files.writeString(
                folder.resolve("resolv.conf"),
                "nameserver 169.254.0.2\nnameserver 169.254.0.53\nnameserver 10.0.0.1\n");

        var conf = ResolvConf.read(file).withFirst(NameService.ADDRESS);

        assertThat(conf.nameServers()).containsExactly("169.254.0.2", "169.254.0.53", "10.0.0.1");
    }

    @Test
    void asks_neither_itself_nor_bosh_dns_which_asks_it() throws Exception {
        var file = Files.writeString(
                folder.resolve("resolv.conf"),
                "nameserver 169.254.0.2\nnameserver 169.254.0.53\nnameserver 10.0.0.1\nnameserver some.name\n");

        assertThat(NameService.upstreamOf(ResolvConf.read(file)))
                .singleElement()
                .satisfies(server ->
                        assertThat(server.getAddress().getHostAddress()).isEqualTo("10.0.0.1"));
    }
}
