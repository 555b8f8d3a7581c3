package io.slipway.cpi;

import java.util.List;

/**
 * What a CPI is and takes.
 *
 * @param name for example {@code local}
 * @param stemcellFormats formats of stemcell images that it imports
 * @param apiVersion of the BOSH CPI contract
 */
public record Info(String name, List<String> stemcellFormats, int apiVersion) {
    public Info {
        stemcellFormats = List.copyOf(stemcellFormats);
    }
}
