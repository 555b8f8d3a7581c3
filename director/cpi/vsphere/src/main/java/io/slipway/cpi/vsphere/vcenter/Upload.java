package io.slipway.cpi.vsphere.vcenter;

import com.vmware.vim25.HttpNfcLeaseDeviceUrl;
import io.slipway.cpi.vsphere.soap.UnansweredException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.rmi.RemoteException;
import java.time.Duration;

/** Brings bytes to a vCenter and its hosts, beside the SOAP API. */
public final class Upload {
    private static final int FIRST_ERROR = 300;

    private final Vcenter vcenter;

    public Upload(Vcenter vcenter) {
        this.vcenter = vcenter;
    }

    /** Sends a disk to where a lease wants it, at the host of whose certificate the lease tells. */
    public void disk(HttpNfcLeaseDeviceUrl to, InputStream content, long length, Duration deadline)
            throws RemoteException {
        // A host that does not know its own name says "*": it is the one that was spoken to.
        var address = URI.create(to.url.replace("*", vcenter.host()));
        boolean isPinned = to.sslThumbprint != null && !to.sslThumbprint.isBlank();
        var client = isPinned
                ? HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(Trust.thumbprint(to.sslThumbprint))
                        .build()
                : vcenter.http();
        try {
            send(
                    client,
                    request(address, deadline)
                            .header("Content-Type", "application/x-vnd.vmware-streamVmdk")
                            .POST(sized(content, length))
                            .build());
        } finally {
            if (isPinned) {
                client.close();
            }
        }
    }

    /** Writes a small file on a datastore. */
    public void file(String datacenter, String datastore, String path, byte[] content) throws RemoteException {
        String cookie = vcenter.call(Session::cookie);
        var address = vcenter.address("/folder/" + encoded(path).replace("%2F", "/") + "?dcPath=" + encoded(datacenter)
                + "&dsName=" + encoded(datastore));
        send(
                vcenter.http(),
                request(address, vcenter.callDeadline())
                        .header("Cookie", cookie)
                        .PUT(BodyPublishers.ofByteArray(content))
                        .build());
    }

    private static HttpRequest.Builder request(URI address, Duration deadline) {
        return HttpRequest.newBuilder(address).timeout(deadline);
    }

    private static BodyPublisher sized(InputStream content, long length) {
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> content), length);
    }

    private static void send(HttpClient client, HttpRequest request) throws RemoteException {
        try {
            var response = client.send(request, BodyHandlers.discarding());
            if (response.statusCode() >= FIRST_ERROR) {
                throw new IOException("HTTP status " + response.statusCode());
            }
        } catch (IOException e) {
            throw new UnansweredException(
                    request.method() + " " + request.uri().getPath() + " at "
                            + request.uri().getAuthority() + ": " + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteException(
                    "interrupted while sending to " + request.uri().getAuthority(), e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
