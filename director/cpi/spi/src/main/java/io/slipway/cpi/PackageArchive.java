package io.slipway.cpi;

import java.nio.file.Path;
import java.util.function.Consumer;

/** The archive of a compiled package, a tgz, which is brought to this machine only for who asks for it. */
@FunctionalInterface
public interface PackageArchive {

    /** Lets somebody use the file; it may be gone when this returns. */
    void use(Consumer<Path> use);
}
