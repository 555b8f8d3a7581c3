package io.slipway.cpi.vsphere.soap;

import com.vmware.vim25.ws.Argument;
import com.vmware.vim25.ws.Client;
import com.vmware.vim25.ws.XmlGen;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.rmi.RemoteException;
import java.time.Duration;
import javax.net.ssl.TrustManager;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/**
 * The client that yavijava's stub calls through: connections are kept alive and verified, every call has a deadline, and
 * answers are read by {@link LenientReader}. Nothing of a call is logged, since the login is one.
 */
public final class SoapClient implements Client {
    /** As the marshaller wants it: the rest of the method's own tag. */
    private static final String NAMESPACE = " xmlns=\"urn:vim25\">";

    /** What yavijava's types are of; every later vCenter answers in this version, too. */
    private static final String ACTION = "urn:vim25/6.0";

    private static final int OK = 200;
    private static final int FAULT = 500;

    private final HttpClient http;
    private final URI address;
    private final Duration deadline;
    private volatile String cookie = "";

    /** @param deadline for each call, unless it is one that waits */
    public SoapClient(HttpClient http, URI address, Duration deadline) {
        this.http = http;
        this.address = address;
        this.deadline = deadline;
    }

    @Override
    public @Nullable Object invoke(String method, Argument[] arguments, @Nullable String returnType)
            throws RemoteException {
        var request = HttpRequest.newBuilder(address)
                .timeout(method.startsWith("WaitForUpdates") ? deadline.plusMinutes(2) : deadline)
                .header("Content-Type", "text/xml; charset=utf-8")
                .header("SOAPAction", ACTION)
                .POST(BodyPublishers.ofString(marshall(method, arguments)));
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        try {
            HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return read(method, response, body, returnType);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteException("interrupted in " + method, e);
        } catch (FaultException e) {
            throw e;
        } catch (IOException | XMLStreamException e) {
            throw new UnansweredException(method + " at " + address.getAuthority() + ": " + reason(e), e);
        }
    }

    private @Nullable Object read(
            String method, HttpResponse<InputStream> response, InputStream body, @Nullable String returnType)
            throws IOException, XMLStreamException {
        response.headers().firstValue("Set-Cookie").ifPresent(set -> cookie = set.split(";", 2)[0]);
        if (response.statusCode() != OK && response.statusCode() != FAULT) {
            throw new IOException("HTTP status " + response.statusCode());
        }
        if (response.statusCode() == FAULT
                && !response.headers().firstValue("Content-Type").orElse("").contains("xml")) {
            throw new IOException("HTTP status " + FAULT + " without a fault in " + method);
        }
        return LenientReader.read(returnType, body);
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null || message.isBlank() ? "" : ": " + message);
    }

    /** Of the session, for files that are got and put beside this API. */
    @Override
    public String getCookie() {
        return cookie;
    }

    @Override
    public void setCookie(String cookie) {
        this.cookie = cookie;
    }

    @Override
    public StringBuffer invokeAsString(String method, Argument[] arguments) {
        throw new UnsupportedOperationException("answers are read as values");
    }

    @Override
    public URL getBaseUrl() {
        try {
            return address.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void setBaseUrl(URL url) {
        throw new UnsupportedOperationException("a client is of one vCenter");
    }

    @Override
    public String getVimNameSpace() {
        return NAMESPACE;
    }

    @Override
    public void setVimNameSpace(String namespace) {
        // Always vim25.
    }

    @Override
    public int getConnectTimeout() {
        return (int) deadline.toMillis();
    }

    @Override
    public void setConnectTimeout(int milliseconds) {
        // The deadline is given at construction.
    }

    @Override
    public int getReadTimeout() {
        return (int) deadline.toMillis();
    }

    @Override
    public void setReadTimeout(int milliseconds) {
        // The deadline is given at construction.
    }

    @Override
    public @Nullable TrustManager getTrustManager() {
        return null;
    }

    @Override
    public void setSoapActionOnApiVersion(String version) {
        // Always that of yavijava's types.
    }

    @Override
    public String marshall(String method, Argument[] arguments) {
        return XmlGen.toXML(method, arguments, NAMESPACE);
    }

    @Override
    public @Nullable Object unMarshall(String returnType, InputStream answer) throws Exception {
        return LenientReader.read(returnType, answer);
    }

    @Override
    public StringBuffer readStream(InputStream stream) throws IOException {
        var read = new StringBuffer();
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            reader.lines().forEach(read::append);
        }
        return read;
    }
}
