package io.slipway.cpi.external;

import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.external.Protocol.Call;

/** BOSH's CPI errors as failures. */
final class Failures {
    private Failures() {}

    static CpiFailure of(Call call, String requestId, String type, String message, boolean isOkToRetry) {
        String method = call.method();
        String whole = "CPI error '" + type + "' with message '" + message + "' in '" + method
                + "' CPI method (CPI request ID: '" + requestId + "')";
        if (isUnknownMethod(type, message)) {
            return new CpiFailure.NotSupported(method);
        }
        return switch (type.substring(type.lastIndexOf(':') + 1)) {
            case "VMNotFound" -> new CpiFailure.VmNotFound(subject(call, 0));
            case "DiskNotFound" ->
                new CpiFailure.DiskNotFound(
                        subject(call, method.equals("attach_disk") || method.equals("detach_disk") ? 1 : 0));
            case "VMCreationFailed" -> new CpiFailure.VmCreationFailed(whole, isOkToRetry);
            case "NoDiskSpace" -> new CpiFailure.NoDiskSpace(whole, isOkToRetry);
            case "NotSupported", "NotImplemented" -> new CpiFailure.NotSupported(method);
            case "DiskNotAttached" -> new CpiFailure.DiskNotAttached(whole);
            default -> new CpiFailure.CloudError(whole, isOkToRetry);
        };
    }

    /** What CPIs say that were made before there was an error for it. */
    private static boolean isUnknownMethod(String type, String message) {
        return (type.equals("InvalidCall") && message.startsWith("Method is not known, got"))
                || (type.equals("Bosh::Clouds::CloudError") && message.startsWith("Invalid Method:"));
    }

    private static String subject(Call call, int position) {
        return position < call.arguments().size()
                ? String.valueOf(call.arguments().get(position))
                : "";
    }
}
