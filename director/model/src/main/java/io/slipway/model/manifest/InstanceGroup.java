package io.slipway.model.manifest;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A group of instances that run the same jobs.
 *
 * @param azs empty where the group names none
 * @param properties the manifest's, and the group's over them: for jobs that have none of their own
 */
public record InstanceGroup(
        String name,
        int instances,
        List<String> azs,
        List<JobRef> jobs,
        Optional<String> vmType,
        Optional<Map<String, Object>> vmResources,
        List<String> vmExtensions,
        String stemcell,
        Optional<Integer> persistentDiskMb,
        Optional<String> persistentDiskType,
        List<GroupNetwork> networks,
        UpdateConfig update,
        Map<String, Object> env,
        Lifecycle lifecycle,
        Map<String, Object> properties,
        List<NamedDisk> persistentDisks,
        List<MigratedFrom> migratedFrom,
        Map<String, String> tags) {}
