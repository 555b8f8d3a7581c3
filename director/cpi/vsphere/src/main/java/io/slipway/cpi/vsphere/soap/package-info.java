/** How vCenter's SOAP API is spoken: yavijava's types and marshalling over the JDK's HTTP client, with a reader that forgives. */
@NullMarked
package io.slipway.cpi.vsphere.soap;

import org.jspecify.annotations.NullMarked;
