package io.slipway.cpi.vsphere.soap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.NoPermission;
import com.vmware.vim25.ObjectContent;
import com.vmware.vim25.TaskInfo;
import com.vmware.vim25.TaskInfoState;
import com.vmware.vim25.VirtualDevice;
import com.vmware.vim25.VirtualDisk;
import com.vmware.vim25.VirtualMachineConfigInfo;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Answers of vCenters that are newer than the types that they are read into. */
class LenientReaderTest {

    private static Object read(String type, String returned) throws Exception {
        return Objects.requireNonNull(tryToRead(type, returned));
    }

    private static @Nullable Object tryToRead(String type, String returned) throws Exception {
        return body(type, "<XResponse xmlns=\"urn:vim25\">" + returned + "</XResponse>");
    }

    private static @Nullable Object body(String type, String content) throws Exception {
        String envelope = "<?xml version=\"1.0\"?><soapenv:Envelope"
                + " xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\""
                + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
                + " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><soapenv:Header/>"
                + "<soapenv:Body>" + content + "</soapenv:Body></soapenv:Envelope>";
        return LenientReader.read(type, new ByteArrayInputStream(envelope.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void passes_over_elements_that_the_type_does_not_have() throws Exception {
        var info = (TaskInfo) read(
                "TaskInfo",
                "<returnval><key>task-1</key><ofTheFuture><deep><deeper>1</deeper></deep></ofTheFuture>"
                        + "<state>success</state><progress>7</progress></returnval>");

        assertThat(info.key).isEqualTo("task-1");
        assertThat(info.state).isEqualTo(TaskInfoState.success);
        assertThat(info.progress).isEqualTo(7);
    }

    @Test
    void reads_a_device_of_an_unknown_type_as_a_device_and_those_beside_it_as_what_they_are() throws Exception {
        var config = (VirtualMachineConfigInfo) read(
                "VirtualMachineConfigInfo",
                "<returnval><name>vm</name><hardware>"
                        + "<device xsi:type=\"VirtualNVMEController\"><key>31000</key><busNumber>0</busNumber></device>"
                        + "<device xsi:type=\"VirtualDisk\"><key>2000</key><vDiskId><id>x</id></vDiskId>"
                        + "<capacityInKB>1024</capacityInKB></device>"
                        + "</hardware></returnval>");

        assertThat(config.hardware.device).hasSize(2);
        assertThat(config.hardware.device[0].getClass()).isEqualTo(VirtualDevice.class);
        assertThat(config.hardware.device[0].key).isEqualTo(31000);
        assertThat(((VirtualDisk) config.hardware.device[1]).capacityInKB).isEqualTo(1024);
    }

    @Test
    void leaves_out_a_value_of_an_enumeration_that_it_does_not_know() throws Exception {
        var info = (TaskInfo) read("TaskInfo", "<returnval><key>k</key><state>paused</state></returnval>");

        assertThat(info.state).isNull();
        assertThat(info.key).isEqualTo("k");
    }

    @Test
    void reads_properties_of_any_type() throws Exception {
        var contents = (ObjectContent[]) read(
                "ObjectContent[]",
                "<returnval><obj type=\"VirtualMachine\">vm-7</obj>"
                        + "<propSet><name>name</name><val xsi:type=\"xsd:string\">a &amp; b</val></propSet>"
                        + "<propSet><name>datastore</name><val xsi:type=\"ArrayOfManagedObjectReference\">"
                        + "<ManagedObjectReference type=\"Datastore\" xsi:type=\"ManagedObjectReference\">datastore-1"
                        + "</ManagedObjectReference></val></propSet>"
                        + "<propSet><name>new</name><val xsi:type=\"TypeOfTheFuture\"><a>1</a></val></propSet></returnval>"
                        + "<returnval><obj type=\"VirtualMachine\">vm-8</obj></returnval>");

        assertThat(contents).hasSize(2);
        assertThat(contents[0].obj.val).isEqualTo("vm-7");
        assertThat(contents[0].propSet[0].val).isEqualTo("a & b");
        assertThat((ManagedObjectReference[]) contents[0].propSet[1].val)
                .extracting(one -> one.val)
                .containsExactly("datastore-1");
        assertThat(contents[0].propSet[2].val).isNull();
        assertThat(contents[1].propSet).isNull();
    }

    @Test
    void reads_nothing_where_nothing_is_returned() throws Exception {
        assertThat(tryToRead("ManagedObjectReference", "")).isNull();
        assertThat((ObjectContent[]) read("ObjectContent[]", "")).isEmpty();
    }

    @Test
    void throws_faults_with_what_they_say() {
        var thrown = catchThrowableOfType(
                FaultException.class,
                () -> body(
                        "TaskInfo",
                        "<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>no</faultstring><detail>"
                                + "<NoPermissionFault xmlns=\"urn:vim25\" xsi:type=\"NoPermission\">"
                                + "<object type=\"Folder\">group-v3</object><privilegeId>Folder.Create</privilegeId>"
                                + "<missingPrivileges/></NoPermissionFault></detail></soapenv:Fault>"));

        assertThat(thrown.type()).isEqualTo("NoPermission");
        assertThat(thrown.fault()).isInstanceOfSatisfying(NoPermission.class, fault -> assertThat(fault.privilegeId)
                .isEqualTo("Folder.Create"));
        assertThat(thrown.text()).isEqualTo("no (NoPermission)");
    }

    @Test
    void keeps_the_name_of_a_fault_that_it_does_not_know() {
        var thrown = catchThrowableOfType(
                FaultException.class,
                () -> body(
                        "TaskInfo",
                        "<soapenv:Fault><faultcode>x</faultcode><faultstring/><detail>"
                                + "<FutureFault xmlns=\"urn:vim25\" xsi:type=\"FutureTrouble\"/></detail></soapenv:Fault>"));

        assertThat(thrown.type()).isEqualTo("FutureTrouble");
        assertThat(thrown.text()).isEqualTo("FutureTrouble");
    }

    @Test
    void reads_no_document_type_and_nothing_that_is_no_answer() {
        assertThatThrownBy(() -> LenientReader.read(
                        "TaskInfo",
                        new ByteArrayInputStream("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>"
                                .getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(XMLStreamException.class);
        assertThatThrownBy(() -> LenientReader.read(
                        "TaskInfo", new ByteArrayInputStream("<html/>".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(XMLStreamException.class);
    }
}
