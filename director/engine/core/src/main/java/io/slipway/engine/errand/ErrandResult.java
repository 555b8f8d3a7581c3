package io.slipway.engine.errand;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.engine.plan.Member;
import io.slipway.model.yaml.Yaml;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What came of an errand on one instance.
 *
 * @param exitCode above 128 where it was ended by a signal
 * @param logsBlob digest of the blob with the instance's logs
 */
record ErrandResult(int exitCode, String stdout, String stderr, String logsBlob) {
    private static final int SIGNALLED = 128;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    boolean isGood() {
        return exitCode == 0;
    }

    boolean wasCancelled() {
        return exitCode > SIGNALLED;
    }

    /** As it is noted in a run. */
    String text() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a record of strings did not serialize", impossible);
        }
    }

    static ErrandResult parse(String text) {
        try {
            return JSON.readValue(text, ErrandResult.class);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("what was noted of an errand does not parse", broken);
        }
    }

    /** A line of the task's result output, as BOSH's clients read it. */
    String line(String errand, Member member) {
        var shape = new LinkedHashMap<String, Object>();
        shape.put("instance", Map.of("group", member.group(), "id", member.instanceId()));
        shape.put("errand_name", errand);
        shape.put("exit_code", exitCode);
        shape.put("stdout", stdout);
        shape.put("stderr", stderr);
        shape.put("logs", Map.of("blobstore_id", logsBlob, "sha1", ""));
        return Yaml.canonicalJson(shape) + "\n";
    }
}
