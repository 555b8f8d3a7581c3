package io.slipway.store.event;

import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** Adds facts for as long as it lives, and prints the key of each when it is told that it is committed. */
final class AuditWriterProcess {
    static final ChainKey KEY = new ChainKey("a key of writers".getBytes(StandardCharsets.US_ASCII));
    private static final int THREADS = 16;

    private AuditWriterProcess() {}

    public static void main(String[] arguments) {
        var settings = new DatabaseSettings(arguments[0], arguments[1], arguments[2]);
        String life = arguments[3];
        var events = new EventStore(Database.open(settings).jdbi(), KEY);
        events.start(ChainPosition.START);
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (int thread = 0; thread < THREADS; thread++) {
                int number = thread;
                threads.submit(() -> {
                    for (int fact = 0; ; fact++) {
                        String key = life + "/" + number + "/" + fact;
                        events.append(
                                new AuditEvent(0, key, fact, "admin", "", "create", "vm", "v", "", "d", "", "", "{}"));
                        synchronized (System.out) {
                            System.out.println(key);
                        }
                    }
                });
            }
        }
    }
}
