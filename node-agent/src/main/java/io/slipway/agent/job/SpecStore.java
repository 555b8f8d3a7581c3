package io.slipway.agent.job;

import io.slipway.agent.layout.DurableFile;
import io.slipway.agent.layout.Layout;
import io.slipway.protocol.agent.v1.ApplySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** The spec that was applied last. */
public final class SpecStore {
    private final Layout layout;
    private Optional<ApplySpec> current;

    public SpecStore(Layout layout) throws IOException {
        this.layout = layout;
        this.current = Files.exists(layout.specFile())
                ? Optional.of(ApplySpec.parseFrom(Files.readAllBytes(layout.specFile())))
                : Optional.empty();
    }

    public synchronized Optional<ApplySpec> current() {
        return current;
    }

    public synchronized void replace(ApplySpec spec) throws IOException {
        DurableFile.write(layout.specFile(), spec.toByteArray());
        current = Optional.of(spec);
    }
}
