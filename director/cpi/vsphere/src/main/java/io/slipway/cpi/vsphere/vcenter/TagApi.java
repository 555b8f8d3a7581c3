package io.slipway.cpi.vsphere.vcenter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.vmware.vim25.ManagedObjectReference;
import io.slipway.cpi.vsphere.properties.VsphereSettings;
import io.slipway.cpi.vsphere.soap.FaultException;
import io.slipway.cpi.vsphere.soap.UnansweredException;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * vCenter's API of tags, which is REST and has a session of its own. Spoken in the form under {@code /rest}, which vCenter
 * has from 6.5 on, and 8 still has.
 */
public final class TagApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TAGGING = "/rest/com/vmware/cis/tagging/";
    private static final int UNAUTHORIZED = 401;
    private static final int FIRST_ERROR = 300;

    private final Vcenter vcenter;
    private final VsphereSettings settings;
    private final ReentrantLock login = new ReentrantLock();
    private volatile @Nullable String session;

    public TagApi(Vcenter vcenter, VsphereSettings settings) {
        this.vcenter = vcenter;
        this.settings = settings;
    }

    /** The id of a tag in a category; empty where there is no such. */
    public Optional<String> find(String category, String tag) throws RemoteException {
        for (String categoryId : ids(get("category"))) {
            if (named(get("category/id:" + encoded(categoryId)), category)) {
                JsonNode tags = call(
                        "POST", "tag/id:" + encoded(categoryId) + "?~action=list-tags-for-category", Optional.empty());
                for (String tagId : ids(tags)) {
                    if (named(get("tag/id:" + encoded(tagId)), tag)) {
                        return Optional.of(tagId);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Attaches a tag; attached already is success. */
    public void attach(String tagId, ManagedObjectReference to) throws RemoteException {
        var body = Map.of("object_id", Map.of("type", to.type, "id", to.val));
        call("POST", "tag-association/id:" + encoded(tagId) + "?~action=attach", Optional.of(body));
    }

    private JsonNode get(String path) throws RemoteException {
        return call("GET", path, Optional.empty());
    }

    private static List<String> ids(JsonNode answer) {
        var ids = new ArrayList<String>();
        answer.path("value").forEach(id -> ids.add(id.asText()));
        return ids;
    }

    private static boolean named(JsonNode answer, String name) {
        return answer.path("value").path("name").asText().equals(name);
    }

    private JsonNode call(String method, String path, Optional<Object> body) throws RemoteException {
        return vcenter.call(unused -> {
            String known = session == null ? login(null) : session;
            HttpResponse<String> answer = send(method, path, body, known);
            if (answer.statusCode() == UNAUTHORIZED) {
                answer = send(method, path, body, login(known));
            }
            if (answer.statusCode() >= FIRST_ERROR) {
                throw new FaultException(
                        answer.statusCode() == UNAUTHORIZED ? "NotAuthenticated" : "HttpStatus" + answer.statusCode(),
                        method + " " + TAGGING + path + " is answered by HTTP status " + answer.statusCode(),
                        null);
            }
            try {
                return JSON.readTree(answer.body().isBlank() ? "{}" : answer.body());
            } catch (IOException e) {
                throw new UnansweredException(path + ": " + e.getMessage(), e);
            }
        });
    }

    private String login(@Nullable String over) throws RemoteException {
        login.lock();
        try {
            String now = session;
            if (now != null && !now.equals(over)) {
                return now;
            }
            String credentials = Base64.getEncoder()
                    .encodeToString((settings.user() + ":" + settings.password()).getBytes(StandardCharsets.UTF_8));
            var answer = send(HttpRequest.newBuilder(vcenter.address("/rest/com/vmware/cis/session"))
                    .header("Authorization", "Basic " + credentials)
                    .POST(BodyPublishers.noBody()));
            if (answer.statusCode() >= FIRST_ERROR) {
                throw new FaultException("InvalidLogin", "the API of tags refuses the login", null);
            }
            String made = JSON.readTree(answer.body()).path("value").asText();
            session = made;
            return made;
        } catch (RemoteException e) {
            throw e;
        } catch (IOException e) {
            throw new UnansweredException("login at the API of tags: " + e.getMessage(), e);
        } finally {
            login.unlock();
        }
    }

    private HttpResponse<String> send(String method, String path, Optional<Object> body, String known)
            throws RemoteException {
        try {
            var publisher = body.isPresent()
                    ? BodyPublishers.ofString(JSON.writeValueAsString(body.get()))
                    : BodyPublishers.noBody();
            return send(HttpRequest.newBuilder(vcenter.address(TAGGING + path))
                    .header("vmware-api-session-id", known)
                    .header("Content-Type", "application/json")
                    .method(method, publisher));
        } catch (RemoteException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws RemoteException {
        try {
            return vcenter.http().send(request.timeout(vcenter.callDeadline()).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteException("interrupted at the API of tags", e);
        } catch (IOException e) {
            throw new UnansweredException("the API of tags: " + e.getMessage(), e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
