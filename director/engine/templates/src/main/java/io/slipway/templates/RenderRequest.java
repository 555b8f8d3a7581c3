package io.slipway.templates;

import java.util.Map;

/**
 * What to render.
 *
 * @param spec what templates see as {@code spec}
 * @param properties as declared by the job, defaults applied
 * @param links by name: instances, properties and address
 */
public record RenderRequest(
        String releaseName,
        JobSource job,
        Map<String, Object> spec,
        Map<String, Object> properties,
        Map<String, Object> links) {

    String instanceName() {
        return spec.get("name") + "/" + spec.get("index");
    }

    /** Without the properties, which may be secret. */
    @Override
    public String toString() {
        return "RenderRequest[" + releaseName + "/" + job.jobName() + ", " + instanceName() + "]";
    }
}
