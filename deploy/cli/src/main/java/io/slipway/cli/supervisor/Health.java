package io.slipway.cli.supervisor;

import io.slipway.cli.CliException;
import io.slipway.cli.director.TrustedCa;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Asks a director for a sign of life, without credentials. */
final class Health {
    /** Two that are missed are a silence of {@link Watch#LONGEST_SILENCE}. */
    private static final int TIMEOUT_MILLIS = 3000;

    private final URI address;
    private final Path ca;
    private String trustedPem = "";
    private @Nullable SSLSocketFactory sockets;

    Health(String url, Path ca) {
        this.address = URI.create(url + "/health");
        this.ca = ca;
    }

    boolean answers() {
        try {
            var connection = (HttpsURLConnection) address.toURL().openConnection();
            connection.setSSLSocketFactory(sockets());
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            // A connection that is kept would be of the process before.
            connection.setRequestProperty("Connection", "close");
            int status = connection.getResponseCode();
            connection.disconnect();
            return status < 500;
        } catch (IOException | CliException silent) {
            return false;
        }
    }

    /** The director writes the certificate, which can be another one after a restart. */
    private SSLSocketFactory sockets() throws IOException {
        String pem = Files.readString(ca, StandardCharsets.US_ASCII);
        SSLSocketFactory known = sockets;
        if (known == null || !pem.equals(trustedPem)) {
            known = TrustedCa.sockets(pem);
            sockets = known;
            trustedPem = pem;
        }
        return known;
    }
}
