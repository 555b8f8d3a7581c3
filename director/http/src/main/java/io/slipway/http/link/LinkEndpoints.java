package io.slipway.http.link;

import io.slipway.engine.Deployments;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.link.LinkService;
import io.slipway.engine.link.LinkService.Consumer;
import io.slipway.engine.link.LinkService.Link;
import io.slipway.engine.link.LinkService.Provider;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.http.JsonBody;
import io.slipway.model.ErrorCodes;
import io.slipway.model.dns.DnsNumbers;
import io.slipway.model.link.LinkGraph.Owner;
import io.slipway.model.link.LinkQuery;
import io.slipway.model.link.LinkQuery.Health;
import io.slipway.model.name.Name;
import io.slipway.model.yaml.Fields;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** BOSH's links API: who gives and who takes links, links for those outside of deployments, and links' addresses. */
public final class LinkEndpoints extends Feature {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);
    private static final int DEPLOYMENT_NOT_FOUND = 70000;

    private final LinkService links;
    private final Deployments deployments;

    public LinkEndpoints(LinkService links, Deployments deployments, Executor blocking) {
        super(blocking);
        this.links = links;
        this.deployments = deployments;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(
                        "/link_providers",
                        answer(call -> Answers.json(links.providers(deployment(call)).stream()
                                .map(LinkEndpoints::shape)
                                .toList()))),
                Endpoint.get(
                        "/link_consumers",
                        answer(call -> Answers.json(links.consumers(deployment(call)).stream()
                                .map(LinkEndpoints::shape)
                                .toList()))),
                Endpoint.get(
                        "/links",
                        answer(call -> Answers.json(links.links(deployment(call)).stream()
                                .map(LinkEndpoints::shape)
                                .toList()))),
                Endpoint.get("/link_address", answer(this::address)),
                Endpoint.post("/links", changeWithBody(this::create)),
                Endpoint.delete("/links/{id}", change(this::delete)));
    }

    private String deployment(Call call) {
        String name = call.query("deployment", "");
        if (name.isEmpty()) {
            throw RequestRefused.invalid(ErrorCodes.DEPLOYMENT_REQUIRED, "Deployment name is required");
        }
        if (deployments.find(name).isEmpty()) {
            throw RequestRefused.notFound(DEPLOYMENT_NOT_FOUND, "Deployment '" + name + "' doesn't exist");
        }
        return name;
    }

    private HttpResponse address(Call call) {
        if (!call.hasQuery("link_id")) {
            throw RequestRefused.invalid(ErrorCodes.LINK_ID_REQUIRED, "Link id is required");
        }
        if (call.hasQuery("azs")) {
            throw RequestRefused.invalid(ErrorCodes.LINK_INVALID_AZS, "`azs` param must be array type: `azs[]=`");
        }
        var known = links.numbers();
        var azs = azs(call, known);
        var health = health(call.query("status", "default"));
        var link = link(call.query("link_id", ""), "Could not find a link with id ");
        return Answers.json(Map.of("address", LinkQuery.of(link.address(), known, azs, health)));
    }

    private static List<String> azs(Call call, DnsNumbers known) {
        var azs = call.queries("azs[]").stream().distinct().toList();
        for (String az : azs) {
            if (!known.azs().containsKey(az)) {
                throw RequestRefused.invalid(ErrorCodes.LINK_INVALID_AZS, "az " + Fields.shown(az) + " is not valid");
            }
        }
        return azs;
    }

    private static Health health(String status) {
        return Arrays.stream(Health.values())
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(status))
                .findFirst()
                .orElseThrow(() -> RequestRefused.invalid(
                        ErrorCodes.LINK_INVALID_STATUS,
                        "status is '" + Fields.shown(status) + "': expected healthy, unhealthy, all or default"));
    }

    private CompletionStage<HttpResponse> create(Call call, String text) {
        var body = JsonBody.parse(text);
        var owner = body.object("link_consumer").object("owner_object");
        String type = owner.text("type", "");
        if (!type.equals(LinkService.EXTERNAL)) {
            throw refused("`link_consumer.owner_object.type` should be 'external'");
        }
        String name = owner.text("name", "");
        if (name.isBlank()) {
            throw refused("`link_consumer.owner_object.name` must not be empty");
        }
        Name.TEXT.problem("link_consumer.owner_object.name", name).ifPresent(problem -> {
            throw refused(problem.message());
        });
        var provider = provider(body.text("link_provider_id", ""));
        var address = provider.node().address();
        String network = body.text("network", "");
        if (!network.isEmpty()) {
            if (!provider.node().networks().contains(network)) {
                throw RequestRefused.invalid(
                        ErrorCodes.LINK_NETWORK_NOT_FOUND,
                        "Can't resolve network: `" + Fields.shown(network) + "` in provider id: " + provider.id()
                                + " for `" + Fields.shown(name) + "`");
            }
            address = address.on(network);
        }
        return CompletableFuture.completedFuture(Answers.json(shape(links.addExternal(provider, name, address))));
    }

    private Provider provider(String id) {
        if (id.isEmpty()) {
            throw refused("`link_provider_id` must be provided");
        }
        var provider = isNumber(id) ? links.provider(Long.parseLong(id)) : Optional.<Provider>empty();
        var found = provider.orElseThrow(() -> RequestRefused.invalid(
                ErrorCodes.LINK_PROVIDER_NOT_FOUND, "Invalid link_provider_id: " + Fields.shown(id)));
        if (!found.node().isShared()) {
            throw new RequestRefused(
                    RequestRefused.Reason.FORBIDDEN, ErrorCodes.LINK_PROVIDER_NOT_SHARED, "Provider not `shared`");
        }
        return found;
    }

    private static RequestRefused refused(String what) {
        return RequestRefused.invalid(ErrorCodes.LINK_NOT_CREATED, "Invalid request: " + what);
    }

    private HttpResponse delete(Call call) {
        var link = link(call.path("id"), "Invalid link id: ");
        boolean isExternal = links.consumer(link.consumer())
                .filter(row -> row.node().owner().type().equals(LinkService.EXTERNAL))
                .isPresent();
        if (!isExternal) {
            throw RequestRefused.invalid(ErrorCodes.LINK_NOT_EXTERNAL, "Error deleting link: not a external link");
        }
        links.delete(link);
        return HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
    }

    private Link link(String id, String message) {
        return (isNumber(id) ? links.link(Long.parseLong(id)) : Optional.<Link>empty())
                .orElseThrow(() -> RequestRefused.notFound(ErrorCodes.LINK_NOT_FOUND, message + Fields.shown(id)));
    }

    private static boolean isNumber(String id) {
        return id.matches("[0-9]{1,18}");
    }

    private static Map<String, Object> shape(Provider row) {
        var node = row.node();
        return Answers.map(
                "id", Long.toString(row.id()),
                "name", node.name(),
                "shared", node.isShared(),
                "deployment", row.deployment(),
                "link_provider_definition", Answers.map("type", node.type(), "name", node.definition()),
                "owner_object", owner(node.owner()));
    }

    private static Map<String, Object> shape(Consumer row) {
        var node = row.node();
        return Answers.map(
                "id", Long.toString(row.id()),
                "name", node.name(),
                "optional", node.isOptional(),
                "deployment", row.deployment(),
                "owner_object", owner(node.owner()),
                "link_consumer_definition", Answers.map("name", node.definition(), "type", node.type()));
    }

    private static Map<String, Object> shape(Link row) {
        return Answers.map(
                "id", Long.toString(row.id()),
                "name", row.name(),
                "link_consumer_id", Long.toString(row.consumer()),
                "link_provider_id",
                        row.provider() == null ? null : row.provider().toString(),
                "created_at", TIME.format(row.createdAt()));
    }

    private static Map<String, Object> owner(Owner owner) {
        var shape = Answers.map("type", owner.type(), "name", owner.name());
        if (!owner.group().isEmpty()) {
            shape.put("info", Map.of("instance_group", owner.group()));
        }
        return shape;
    }
}
