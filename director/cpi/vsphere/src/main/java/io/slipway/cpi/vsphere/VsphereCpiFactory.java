package io.slipway.cpi.vsphere;

import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.vsphere.properties.VsphereSettings;
import java.nio.file.Path;
import java.util.Map;

/** Makes CPIs of one vCenter each; for the properties see {@link VsphereSettings}. Connects when it is called first. */
public final class VsphereCpiFactory implements CpiFactory {
    @Override
    public String name() {
        return VsphereCpi.NAME;
    }

    @Override
    public VsphereCpi create(String directorUuid, Path dataDirectory, Map<String, Object> properties) {
        return VsphereCpi.of(directorUuid, VsphereSettings.of(properties));
    }
}
