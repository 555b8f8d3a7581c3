package io.slipway.cpi.vsphere;

import io.slipway.cpi.conformance.TinyTgz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The smallest stemcell image that vCenter takes: a descriptor of a VM with one disk and one NIC, and that disk. */
final class TinyOvf {
    static final String DESCRIPTOR = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
                xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
                xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData">
              <References><File ovf:href="image-disk1.vmdk" ovf:id="file1" ovf:size="20"/></References>
              <DiskSection><Info>disks</Info>
                <Disk ovf:capacity="3" ovf:capacityAllocationUnits="byte * 2^20" ovf:diskId="vmdisk1" ovf:fileRef="file1"
                    ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>
              </DiskSection>
              <NetworkSection><Info>networks</Info>
                <Network ovf:name="VM Network"><Description>any</Description></Network>
              </NetworkSection>
              <VirtualSystem ovf:id="stemcell"><Info>a stemcell</Info><Name>stemcell</Name>
                <OperatingSystemSection ovf:id="94"><Info>Linux</Info></OperatingSystemSection>
                <VirtualHardwareSection><Info>hardware</Info>
                  <System><vssd:ElementName>hardware</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID>
                    <vssd:VirtualSystemType>vmx-14</vssd:VirtualSystemType></System>
                  <Item><rasd:ElementName>1 cpu</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID>
                    <rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
                  <Item><rasd:ElementName>memory</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID>
                    <rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>512</rasd:VirtualQuantity></Item>
                  <Item><rasd:ElementName>SCSI</rasd:ElementName><rasd:InstanceID>3</rasd:InstanceID>
                    <rasd:ResourceSubType>VirtualSCSI</rasd:ResourceSubType><rasd:ResourceType>6</rasd:ResourceType></Item>
                  <Item><rasd:ElementName>disk</rasd:ElementName><rasd:HostResource>ovf:/disk/vmdisk1</rasd:HostResource>
                    <rasd:InstanceID>4</rasd:InstanceID><rasd:Parent>3</rasd:Parent>
                    <rasd:ResourceType>17</rasd:ResourceType></Item>
                  <Item><rasd:AutomaticAllocation>true</rasd:AutomaticAllocation>
                    <rasd:Connection>VM Network</rasd:Connection><rasd:ElementName>nic</rasd:ElementName>
                    <rasd:InstanceID>5</rasd:InstanceID><rasd:ResourceSubType>VmxNet3</rasd:ResourceSubType>
                    <rasd:ResourceType>10</rasd:ResourceType></Item>
                </VirtualHardwareSection>
              </VirtualSystem>
            </Envelope>
            """;

    private TinyOvf() {}

    static Path in(Path directory) throws IOException {
        return Files.write(
                directory.resolve("image"),
                new TinyTgz()
                        .file("image.ovf", DESCRIPTOR)
                        .file("image-disk1.vmdk", "the bytes of a disk!")
                        .bytes());
    }
}
