package io.slipway.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.slipway.store.DatabaseSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lays what is this director's own over the engine's Pekko configuration. */
final class ActorSystemConfig {
    private static final String DATABASE = "pekko-persistence-jdbc.shared-databases.slick.";
    private static final String TLS = "pekko.remote.artery.ssl.rotating-keys-engine.";

    private ActorSystemConfig() {}

    static Config of(EngineSettings settings) {
        var own = new LinkedHashMap<String, Object>();
        var node = settings.node();
        own.put("pekko.remote.artery.canonical.hostname", node.address());
        own.put("pekko.remote.artery.canonical.port", node.port());
        own.put(
                "pekko.cluster.failure-detector.acceptable-heartbeat-pause",
                node.patience().toMillis() + "ms");
        own.put(TLS + "key-file", node.keyFile().toString());
        own.put(TLS + "cert-file", node.certificateFile().toString());
        own.put(TLS + "ca-cert-file", node.caFile().toString());
        own.putAll(database(settings.database()));
        return ConfigFactory.parseMap(Map.copyOf(own))
                .withFallback(
                        ConfigFactory.parseResources(ActorSystemConfig.class.getClassLoader(), "slipway-engine.conf"))
                .withFallback(ConfigFactory.load())
                .resolve();
    }

    private static Map<String, Object> database(DatabaseSettings settings) {
        boolean isH2 = settings.url().startsWith("jdbc:h2:");
        var own = new LinkedHashMap<String, Object>();
        own.put(DATABASE + "profile", isH2 ? "slick.jdbc.H2Profile$" : "slick.jdbc.PostgresProfile$");
        own.put(DATABASE + "db.url", settings.url());
        own.put(DATABASE + "db.user", settings.user());
        own.put(DATABASE + "db.password", settings.password());
        own.put(DATABASE + "db.driver", isH2 ? "org.h2.Driver" : "org.postgresql.Driver");
        settings.driverProperties().forEach((name, value) -> own.put(DATABASE + "db.properties." + name, value));
        if (!isH2) {
            own.put(DATABASE + "db.connectionInitSql", settings.connectionInit());
            // An event that is refused, because another director has written its entity's journal, must not take those
            // of other
            // entities with it.
            own.put("jdbc-journal.batchSize", 1);
        }
        return own;
    }
}
