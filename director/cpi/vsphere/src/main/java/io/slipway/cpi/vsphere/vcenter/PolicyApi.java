package io.slipway.cpi.vsphere.vcenter;

import io.slipway.cpi.vsphere.soap.FaultException;
import io.slipway.cpi.vsphere.soap.UnansweredException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** vCenter's API of storage policies, which yavijava does not have: the three calls of it that are needed. */
public final class PolicyApi {
    private static final String ENVELOPE = """
            <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">\
            <soapenv:Header><vcSessionCookie>%s</vcSessionCookie></soapenv:Header>\
            <soapenv:Body><%s xmlns="urn:pbm"><_this type="%s">%s</_this>%s</%s></soapenv:Body></soapenv:Envelope>""";

    private final Vcenter vcenter;

    public PolicyApi(Vcenter vcenter) {
        this.vcenter = vcenter;
    }

    /** Ids of all storage policies by name. */
    public Map<String, String> idsByName() throws RemoteException {
        var ids = new ArrayList<String>();
        for (Element profile : call(
                "PbmQueryProfile",
                "PbmProfileProfileManager",
                "ProfileManager",
                "<resourceType><resourceType>STORAGE</resourceType></resourceType>")) {
            ids.add(text(profile, "uniqueId"));
        }
        var wanted = new StringBuilder();
        ids.forEach(id ->
                wanted.append("<profileIds><uniqueId>").append(escaped(id)).append("</uniqueId></profileIds>"));
        var byName = new LinkedHashMap<String, String>();
        for (Element profile :
                call("PbmRetrieveContent", "PbmProfileProfileManager", "ProfileManager", wanted.toString())) {
            byName.put(text(profile, "name"), text(profile, "uniqueId"));
        }
        return byName;
    }

    /** Ids of the datastores that a policy fits. */
    public Set<String> compatibleStores(String policyId) throws RemoteException {
        var stores = new LinkedHashSet<String>();
        for (Element result : call(
                "PbmCheckCompatibility",
                "PbmPlacementSolver",
                "placementSolver",
                "<profile><uniqueId>" + escaped(policyId) + "</uniqueId></profile>")) {
            if (child(result, "error") == null && text(result, "hubType").equals("Datastore")) {
                stores.add(text(result, "hubId"));
            }
        }
        return stores;
    }

    private List<Element> call(String method, String type, String id, String arguments) throws RemoteException {
        return vcenter.call(session -> {
            String cookie = session.cookie();
            String value = cookie.substring(cookie.indexOf('=') + 1).replace("\"", "");
            String body = ENVELOPE.formatted(escaped(value), method, type, id, arguments, method);
            var request = HttpRequest.newBuilder(vcenter.address("/pbm"))
                    .timeout(vcenter.callDeadline())
                    .header("Content-Type", "text/xml; charset=utf-8")
                    .header("SOAPAction", "urn:pbm/2.0")
                    .header("Cookie", cookie)
                    .POST(BodyPublishers.ofString(body))
                    .build();
            try {
                return answers(
                        vcenter.http().send(request, BodyHandlers.ofByteArray()).body());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RemoteException("interrupted in " + method, e);
            } catch (RemoteException e) {
                throw e;
            } catch (IOException | SAXException e) {
                throw new UnansweredException(method + ": " + e.getMessage(), e);
            }
        });
    }

    private static List<Element> answers(byte[] xml) throws IOException, SAXException {
        Element root = parse(xml);
        var faults = root.getElementsByTagNameNS("*", "Fault");
        if (faults.getLength() > 0) {
            var fault = (Element) faults.item(0);
            Element detail = child(fault, "detail");
            String type = detail == null || children(detail).isEmpty()
                    ? "RuntimeFault"
                    : children(detail).getFirst().getLocalName().replaceAll("Fault$", "");
            throw new FaultException(type, text(fault, "faultstring"), null);
        }
        var found = new ArrayList<Element>();
        var values = root.getElementsByTagNameNS("*", "returnval");
        for (int i = 0; i < values.getLength(); i++) {
            found.add((Element) values.item(i));
        }
        return found;
    }

    private static Element parse(byte[] xml) throws IOException, SAXException {
        try {
            var factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder()
                    .parse(new ByteArrayInputStream(xml))
                    .getDocumentElement();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The text of the first element of this name below another one. */
    private static String text(Element below, String name) {
        var found = below.getElementsByTagNameNS("*", name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }

    private static @org.jspecify.annotations.Nullable Element child(Element of, String name) {
        return children(of).stream()
                .filter(one -> name.equals(one.getLocalName()))
                .findFirst()
                .orElse(null);
    }

    private static List<Element> children(Element of) {
        var found = new ArrayList<Element>();
        for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                found.add(element);
            }
        }
        return found;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
