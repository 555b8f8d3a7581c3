package io.slipway.agent.core;

import io.slipway.agent.core.command.CommandHandler;
import io.slipway.agent.core.health.HealthSource;
import io.slipway.protocol.agent.v1.Hello;
import java.io.IOException;

/** The VM behind a {@link DirectorClient}: what it says of itself, how it is, and who carries out what is ordered. */
public interface Machine extends CommandHandler, HealthSource {
    /** What only the VM knows of a hello: boot id, agent version, applied spec, DNS versions. Never waits for long. */
    Hello introduction() throws IOException;

    /**
     * A director that lives serves blobs here.
     *
     * @param address scheme://host:port; empty where nothing has changed
     */
    default void blobsLiveAt(String address) {}
}
