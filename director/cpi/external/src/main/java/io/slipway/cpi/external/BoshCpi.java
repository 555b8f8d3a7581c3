package io.slipway.cpi.external;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiFactory;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A CPI of Slipway as a BOSH CPI executable: reads one request from its standard input, prints the answer and ends.
 * Arguments: the CPI's name, a directory of its own, and the ports of this machine on which VMs reach their director, where
 * that is here and the directory does not know them from the director itself.
 */
public final class BoshCpi {
    private BoshCpi() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2) {
            throw new IllegalArgumentException("expected the CPI's name, its directory, and ports of the director");
        }
        var ports = Arrays.stream(arguments).skip(2).map(Integer::valueOf).collect(Collectors.toSet());
        String request;
        try (var in = new FileInputStream(FileDescriptor.in)) {
            request = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String director = new JsonMapper()
                .readTree(request)
                .path("context")
                .path("director_uuid")
                .asText("");
        Path directory = Files.createDirectories(Path.of(arguments[1]));
        try (Cpi cpi = open(arguments[0], director, directory, ports);
                var out = new FileOutputStream(FileDescriptor.out)) {
            out.write(new ServedCpi(cpi).answer(request).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Cpi open(String name, String director, Path directory, Set<Integer> ports) {
        for (CpiFactory factory : ServiceLoader.load(CpiFactory.class)) {
            if (factory.name().equals(name)) {
                return ports.isEmpty()
                        ? factory.create(director, directory, Map.of())
                        : factory.create(director, directory, Map.of(), ports);
            }
        }
        throw new IllegalArgumentException("there is no CPI '" + name + "'");
    }
}
