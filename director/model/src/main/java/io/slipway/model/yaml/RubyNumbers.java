package io.slipway.model.yaml;

import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/** Writes numbers as Ruby's YAML library reads them: an exponent without a sign, for one, makes a text of them there. */
class RubyNumbers extends StandardRepresenter {
    RubyNumbers(DumpSettings settings) {
        super(settings);
        representers.put(Double.class, value -> representScalar(Tag.FLOAT, yaml((Double) value)));
        representers.put(Float.class, value -> representScalar(Tag.FLOAT, yaml(((Float) value).doubleValue())));
    }

    static String yaml(double number) {
        if (Double.isNaN(number)) {
            return ".nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? ".inf" : "-.inf";
        }
        return RubyText.of(number);
    }
}
