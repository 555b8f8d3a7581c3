package io.slipway.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lays what is this director's own over the engine's Pekko configuration. */
final class ActorSystemConfig {
    private ActorSystemConfig() {}

    static Config of(EngineSettings settings) {
        boolean isH2 = settings.databaseUrl().startsWith("jdbc:h2:");
        var own = new LinkedHashMap<String, Object>();
        own.put("pekko.remote.artery.canonical.hostname", settings.clusterAddress());
        own.put("pekko.remote.artery.canonical.port", settings.clusterPort());
        String shared = "pekko-persistence-jdbc.shared-databases.slick.";
        own.put(shared + "profile", isH2 ? "slick.jdbc.H2Profile$" : "slick.jdbc.PostgresProfile$");
        own.put(shared + "db.url", settings.databaseUrl());
        own.put(shared + "db.user", settings.databaseUser());
        own.put(shared + "db.password", settings.databasePassword());
        own.put(shared + "db.driver", isH2 ? "org.h2.Driver" : "org.postgresql.Driver");
        own.put(shared + "db.numThreads", 4);
        own.put(shared + "db.maxConnections", 4);
        own.put(shared + "db.minConnections", 1);
        return ConfigFactory.parseMap(Map.copyOf(own))
                .withFallback(
                        ConfigFactory.parseResources(ActorSystemConfig.class.getClassLoader(), "slipway-engine.conf"))
                .withFallback(ConfigFactory.load())
                .resolve();
    }
}
