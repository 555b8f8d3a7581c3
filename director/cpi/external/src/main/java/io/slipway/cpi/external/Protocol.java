package io.slipway.cpi.external;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.external.Executable.Begun;
import io.slipway.cpi.external.Executable.Ended;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** BOSH's CPI protocol: one JSON object to an executable's standard input, one from its standard output. */
final class Protocol {
    /** The newest version of the contract that this director speaks. */
    static final int NEWEST = 2;

    private static final int SHOWN = 1000;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Executable executable;
    private final String directorUuid;
    private final Map<String, Object> properties;
    private final Redaction redaction;

    Protocol(Executable executable, String directorUuid, Map<String, Object> properties, Redaction redaction) {
        this.executable = executable;
        this.directorUuid = directorUuid;
        this.properties = properties;
        this.redaction = redaction;
    }

    /**
     * Who asks, for what.
     *
     * @param apiVersion of the contract; 0 where that is not known yet
     * @param stemcellApiVersion of the VM's stemcell; 0 where the call is about no VM, or about one that is not known
     */
    record Call(
            String method,
            List<? extends @Nullable Object> arguments,
            int apiVersion,
            int stemcellApiVersion,
            CallContext asker) {}

    /** No answer that can be understood came: nobody knows what the CPI did. */
    static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        NoAnswer(String message) {
            super(message);
        }
    }

    static String newId() {
        return "cpi-" + ThreadLocalRandom.current().nextInt(100_000, 1_000_000) + "-"
                + Long.toString(System.nanoTime() & 0xFFFFFFFFFFL, 36);
    }

    /** Makes a call that asks only, or one that does no harm beside others. */
    JsonNode call(Call call) {
        return call(call, begun -> {});
    }

    /**
     * Makes a call whose loss does no harm: it can be made again.
     *
     * @param begun as {@link Executable#call} has it
     */
    JsonNode call(Call call, Consumer<Begun> begun) {
        String id = newId();
        try {
            return call(id, call, begun);
        } catch (NoAnswer lost) {
            throw new CpiException(new CpiFailure.CloudError(String.valueOf(lost.getMessage()), true), lost);
        } finally {
            if (!Thread.currentThread().isInterrupted()) {
                executable.forget(id);
            }
        }
    }

    /**
     * Makes a call under an id by which its answer can be found again until it is forgotten.
     *
     * @throws CpiException with what the CPI says is wrong
     */
    JsonNode call(String id, Call call, Consumer<Begun> begun) throws NoAnswer {
        String tag = "[" + id + "] ";
        var arguments = JSON.<JsonNode>valueToTree(call.arguments());
        var hiding = redaction.with(arguments);
        call.asker()
                .log(tag + call.method() + " begins: " + executable.file() + " with "
                        + hiding.arguments(call.method(), arguments));
        long start = System.nanoTime();
        try {
            var ended = executable.call(id, request(id, call, arguments), call.asker(), begun, line -> call.asker()
                    .log(tag + hiding.text(line)));
            var result = result(id, call, ended, hiding);
            call.asker()
                    .log(tag + call.method() + " succeeded after " + seconds(start) + ": "
                            + hiding.text(result.toString()));
            return result;
        } catch (CpiException | NoAnswer failed) {
            call.asker()
                    .log(tag + call.method() + " failed after " + seconds(start) + ": "
                            + hiding.text(String.valueOf(failed.getMessage())));
            throw failed;
        }
    }

    /** What a call answered that another director, or this one before it stopped, made. Empty where none was begun. */
    Optional<JsonNode> earlier(String id, Call call, Begun begun) throws NoAnswer {
        var ended = executable.earlier(id, begun);
        return ended.isEmpty() ? Optional.empty() : Optional.of(result(id, call, ended.get(), redaction));
    }

    void forget(String id) {
        executable.forget(id);
    }

    private byte[] request(String id, Call call, JsonNode arguments) {
        var context = new LinkedHashMap<String, Object>();
        context.put("director_uuid", directorUuid);
        context.put("request_id", id);
        if (call.stemcellApiVersion() > 0) {
            context.put("vm", Map.of("stemcell", Map.of("api_version", call.stemcellApiVersion())));
        }
        context.putAll(properties);
        var request = new LinkedHashMap<String, Object>();
        request.put("method", call.method());
        request.put("arguments", arguments);
        request.put("context", context);
        if (call.apiVersion() > 0) {
            request.put("api_version", call.apiVersion());
        }
        try {
            return JSON.writeValueAsBytes(request);
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("the properties of a CPI must be plain", notPlain);
        }
    }

    /** The exit code does not count, as with BOSH: the answer does. */
    private JsonNode result(String id, Call call, Ended ended, Redaction hiding) throws NoAnswer {
        if (!ended.why().isEmpty()) {
            throw new NoAnswer("CPI " + executable.file() + " " + ended.why() + " in '" + call.method()
                    + "' (CPI request ID: '" + id + "')");
        }
        JsonNode answer;
        try {
            answer = JSON.readTree(ended.answer());
        } catch (JsonProcessingException garbage) {
            throw invalid(id, call, ended, hiding, garbage.getOriginalMessage());
        }
        if (!answer.isObject() || !answer.has("result")) {
            throw invalid(id, call, ended, hiding, "expected an object with 'result', 'error' and 'log'");
        }
        answer.path("log").asText("").lines().forEach(line -> call.asker().log("[" + id + "] " + hiding.text(line)));
        JsonNode error = answer.path("error");
        if (error.isMissingNode() || error.isNull()) {
            return answer.path("result");
        }
        if (!error.path("type").isTextual() || !error.path("message").isTextual()) {
            throw invalid(id, call, ended, hiding, "expected an 'error' with 'type' and 'message'");
        }
        throw new CpiException(Failures.of(
                call,
                id,
                error.path("type").asText(),
                hiding.text(error.path("message").asText()),
                error.path("ok_to_retry").asBoolean(false)));
    }

    private NoAnswer invalid(String id, Call call, Ended ended, Redaction hiding, String why) {
        return new NoAnswer("CPI " + executable.file() + " gave an invalid answer to '" + call.method()
                + "' (CPI request ID: '" + id + "'): " + hiding.text(why) + "; exit code " + ended.exitCode()
                + "; it printed " + shown(ended.answer(), hiding)
                + (ended.log().isBlank() ? "" : "; it logged " + shown(ended.log(), hiding)));
    }

    private static String shown(String text, Redaction hiding) {
        String clean = hiding.text(text.strip());
        if (clean.isEmpty()) {
            return "nothing";
        }
        return "'"
                + (clean.length() <= SHOWN
                        ? clean
                        : clean.substring(0, SHOWN) + "… (" + clean.length() + " characters)")
                + "'";
    }

    private static String seconds(long start) {
        return String.format(Locale.ROOT, "%.3f s", (System.nanoTime() - start) / 1e9);
    }
}
