package io.slipway.cpi.vsphere;

import io.slipway.cpi.conformance.CpiConformance;
import io.slipway.cpi.conformance.CpiFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class VsphereCpiConformanceTest extends CpiConformance {
    private static SimulatedVcenter vcenter;

    @BeforeAll
    static void startVcenter() {
        vcenter = SimulatedVcenter.start();
    }

    @AfterAll
    static void stopVcenter() {
        if (vcenter != null) {
            vcenter.close();
        }
    }

    @Override
    protected CpiFixture fixture() {
        return new VsphereFixture(vcenter);
    }
}
