package io.slipway.cpi.external;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.VmResources;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers BOSH's CPI protocol for a CPI of Slipway. */
final class ServedCpi {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String CLOUDS = "Bosh::Clouds::";

    private final Cpi cpi;

    ServedCpi(Cpi cpi) {
        this.cpi = cpi;
    }

    /** One request, one answer; whatever goes wrong is in the answer. */
    String answer(String requestJson) {
        JsonNode request;
        try {
            request = JSON.readTree(requestJson);
        } catch (JsonProcessingException garbage) {
            return response(null, error("InvalidCall", "the request is not JSON", false), "");
        }
        String method = request.path("method").asText("");
        int version = request.path("api_version").asInt(1);
        String log = method + " as of version " + version;
        try {
            return response(call(method, request.path("arguments"), version), null, log);
        } catch (CpiException failed) {
            return response(null, errorOf(failed.failure()), log);
        } catch (RuntimeException failed) {
            return response(null, error(CLOUDS + "CloudError", String.valueOf(failed), false), log);
        }
    }

    private @Nullable Object call(String method, JsonNode arguments, int version) {
        String first = arguments.path(0).asText("");
        String second = arguments.path(1).asText("");
        switch (method) {
            case "info":
                var info = cpi.info();
                return Map.of("api_version", info.apiVersion(), "stemcell_formats", info.stemcellFormats());
            case "create_stemcell":
                return cpi.createStemcell(Path.of(first), VmArguments.map(arguments.path(1)));
            case "delete_stemcell":
                cpi.deleteStemcell(first);
                return null;
            case "create_vm":
                return createVm(arguments, version);
            case "delete_vm":
                cpi.deleteVm(first);
                return null;
            case "has_vm":
                return cpi.hasVm(first);
            case "reboot_vm":
                cpi.rebootVm(first);
                return null;
            case "set_vm_metadata":
                cpi.setVmMetadata(first, texts(arguments.path(1)));
                return null;
            case "calculate_vm_cloud_properties":
                return cpi.calculateVmCloudProperties(resources(arguments.path(0)));
            case "create_disk":
                return cpi.createDisk(
                        UUID.randomUUID().toString(),
                        DataSize.ofMebibytes(arguments.path(0).asLong()),
                        VmArguments.map(arguments.path(1)),
                        Optional.ofNullable(arguments.path(2).textValue()));
            default:
                return callOnDisk(method, first, second, arguments, version);
        }
    }

    private @Nullable Object callOnDisk(String method, String first, String second, JsonNode arguments, int version) {
        switch (method) {
            case "delete_disk":
                cpi.deleteDisk(first);
                return null;
            case "has_disk":
                return cpi.hasDisk(first);
            case "get_disks":
                return cpi.getDisks(first);
            case "attach_disk":
                String device = cpi.attachDisk(first, second);
                return version < 2 ? null : device;
            case "detach_disk":
                cpi.detachDisk(first, second);
                return null;
            case "resize_disk":
                cpi.resizeDisk(first, DataSize.ofMebibytes(arguments.path(1).asLong()));
                return null;
            case "set_disk_metadata":
                cpi.setDiskMetadata(first, texts(arguments.path(1)));
                return null;
            case "snapshot_disk":
                return cpi.snapshotDisk(first, texts(arguments.path(1)));
            case "delete_snapshot":
                cpi.deleteSnapshot(first);
                return null;
            case "create_network":
                return List.of(cpi.createNetwork(VmArguments.map(arguments.path(0))), Map.of(), Map.of());
            case "delete_network":
                cpi.deleteNetwork(first);
                return null;
            default:
                throw new CpiException(new CpiFailure.NotSupported(method));
        }
    }

    private Object createVm(JsonNode arguments, int version) {
        JsonNode bosh = arguments.path(5).path("bosh");
        var created = cpi.createVm(new VmRequest(
                arguments.path(0).asText(),
                arguments.path(1).asText(),
                VmArguments.map(arguments.path(2)),
                VmArguments.read(arguments.path(3)),
                VmArguments.texts(arguments.path(4)),
                settings(bosh.path(VmArguments.SETTINGS)),
                texts(bosh.path("tags"))));
        return version < 2 ? created.cid() : List.of(created.cid(), VmArguments.networks(created.networks()));
    }

    private static AgentSettings settings(JsonNode settings) {
        if (!settings.isObject()) {
            throw new CpiException(new CpiFailure.InvalidRequest("the environment has no bosh." + VmArguments.SETTINGS
                    + ": the VM's agent would not find its director"));
        }
        return new AgentSettings(
                settings.path("agent_id").asText(),
                VmArguments.texts(settings.path("director_endpoints")),
                settings.path("director_name").asText(),
                settings.path("ca").asText(),
                settings.path("certificate").asText(),
                settings.path("private_key").asText(),
                settings.path("env").toString());
    }

    private static VmResources resources(JsonNode given) {
        return new VmResources(
                given.path("cpu").asInt(),
                DataSize.ofMebibytes(given.path("ram").asLong()),
                DataSize.ofMebibytes(given.path("ephemeral_disk_size").asLong()));
    }

    private static Map<String, String> texts(JsonNode object) {
        var texts = new LinkedHashMap<String, String>();
        object.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    private static Map<String, Object> errorOf(CpiFailure failure) {
        String type =
                switch (failure) {
                    case CpiFailure.VmNotFound x -> "VMNotFound";
                    case CpiFailure.DiskNotFound x -> "DiskNotFound";
                    case CpiFailure.DiskNotAttached x -> "DiskNotAttached";
                    case CpiFailure.VmCreationFailed x -> "VMCreationFailed";
                    case CpiFailure.OutcomeUnknown x -> "VMCreationFailed";
                    case CpiFailure.NoSpace x -> "NoDiskSpace";
                    case CpiFailure.NoDiskSpace x -> "NoDiskSpace";
                    case CpiFailure.NotSupported x -> "NotSupported";
                    case CpiFailure.StemcellNotFound x -> "CloudError";
                    case CpiFailure.InvalidRequest x -> "CloudError";
                    case CpiFailure.CloudError x -> "CloudError";
                };
        return error(CLOUDS + type, failure.message(), failure.retryable());
    }

    private static Map<String, Object> error(String type, String message, boolean isOkToRetry) {
        return Map.of("type", type, "message", message, "ok_to_retry", isOkToRetry);
    }

    private static String response(@Nullable Object result, @Nullable Map<String, Object> error, String log) {
        var response = new LinkedHashMap<String, @Nullable Object>();
        response.put("result", result);
        response.put("error", error);
        response.put("log", log);
        try {
            return JSON.writeValueAsString(response);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("plain values did not serialize", impossible);
        }
    }
}
