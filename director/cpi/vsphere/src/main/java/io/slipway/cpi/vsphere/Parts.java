package io.slipway.cpi.vsphere;

import io.slipway.cpi.vsphere.properties.VsphereSettings;
import io.slipway.cpi.vsphere.vcenter.TagApi;
import io.slipway.cpi.vsphere.vcenter.Vcenter;

/** What the CPI is put together from, made once. */
record Parts(
        VsphereSettings settings,
        Names names,
        Vcenter vcenter,
        Datacenter datacenter,
        Foundations foundations,
        Stemcells stemcells,
        Networks networks,
        DiskFiles diskFiles,
        CloneSpecs specs,
        ClusterRules rules,
        CustomFields fields,
        StoragePolicies policies,
        Tags tags,
        AddressCheck addresses) {

    static Parts of(String directorUuid, VsphereSettings settings) {
        var names = new Names(directorUuid);
        var vcenter = new Vcenter(settings);
        var datacenter = new Datacenter(vcenter, settings);
        var foundations = new Foundations(vcenter, datacenter);
        return new Parts(
                settings,
                names,
                vcenter,
                datacenter,
                foundations,
                new Stemcells(vcenter, datacenter, settings, foundations, names),
                new Networks(vcenter, datacenter),
                new DiskFiles(vcenter, datacenter, settings, foundations),
                new CloneSpecs(settings, names),
                new ClusterRules(vcenter, settings),
                new CustomFields(vcenter),
                new StoragePolicies(vcenter),
                new Tags(new TagApi(vcenter, settings)),
                new AddressCheck(vcenter, datacenter));
    }

    /** Forgets what was read of vCenter, so that it is read again. */
    void forget() {
        datacenter.forget();
        foundations.forget();
        diskFiles.forget();
    }
}
